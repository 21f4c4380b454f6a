#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One hub and two load sites on this machine, and the story of a day: a box that arrives one short, a bolt that breaks, two
# digits that were swapped, a site that loses its internet and a seal. Ends with what head office knows.
#
#   deploy/quickstart.sh         install what is needed, build, start, play, print       (safe to run again)
#   deploy/quickstart.sh stop    end the three programs; what they stored stays
#   deploy/quickstart.sh clean   stop, and remove what they stored
#
# SEALKEEP_DEMO names another folder for the demo's data (default: build/demo).
set -euo pipefail
cd "$(dirname "$0")/.."
readonly top=$PWD
readonly demo=${SEALKEEP_DEMO:-$top/build/demo}
readonly bin=$top/build/release/bin
readonly main_port=${SEALKEEP_DEMO_PORT:-17441}
readonly enrol_port=$((main_port + 1))
readonly office_port=${SEALKEEP_DEMO_OFFICE_PORT:-8480} # head office's pages
readonly terminal_port=${SEALKEEP_DEMO_TERMINAL_PORT:-8484} # of akl-01; trg-01 has the next one

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
hub() { "$bin/sealkeep-hub" --data "$demo/hub" "$@"; }
site() { local name=$1; shift; "$bin/sealkeep-agent" --data "$demo/$name" "$@"; }
told() { printf '  $ sealkeep-agent %s\n' "$*"; }

running() { [ -s "$demo/$1.pid" ] && kill -0 "$(cat "$demo/$1.pid")" 2>/dev/null; }

stop_one() {
  running "$1" || { rm -f "$demo/$1.pid"; return 0; }
  kill "$(cat "$demo/$1.pid")" 2>/dev/null || true
  for _ in $(seq 100); do running "$1" || break; sleep 0.1; done
  running "$1" && kill -KILL "$(cat "$demo/$1.pid")" 2>/dev/null
  rm -f "$demo/$1.pid"
}

# start_one NAME COMMAND...: in the background, its log beside its data, its process number in NAME.pid
start_one() {
  local name=$1; shift
  running "$name" && return 0
  setsid "$@" >>"$demo/$name.log" 2>&1 </dev/null &
  echo $! >"$demo/$name.pid"
}

# The daemon of that name has opened its command socket; if it ended instead, say why.
wait_for_daemon() {
  for _ in $(seq 240); do
    if [ -S "$demo/$1/command.sock" ] && running "$1"; then return 0; fi
    if ! running "$1"; then
      echo "quickstart: $1 did not start:" >&2
      tail -n 5 "$demo/$1.log" >&2
      exit 1
    fi
    sleep 0.05
  done
  echo "quickstart: gave up waiting for $1; its log is $demo/$1.log" >&2
  exit 1
}

# wait_for WHAT COMMAND...: until the command succeeds, at most a minute
wait_for() {
  local what=$1; shift
  for _ in $(seq 240); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.25
  done
  echo "quickstart: gave up waiting until $what; the logs are in $demo/*.log" >&2
  exit 1
}

stop_all() { stop_one akl-01; stop_one trg-01; stop_one akl-01-vision; stop_one trg-01-vision; stop_one hub; }

case ${1:-start} in
  stop) stop_all; echo "Stopped. What was recorded stays in $demo; deploy/quickstart.sh shows it again."; exit 0 ;;
  clean) stop_all; rm -rf "$demo"; echo "Stopped, and $demo removed."; exit 0 ;;
  start) ;;
  *) echo "usage: deploy/quickstart.sh [stop|clean]" >&2; exit 2 ;;
esac

say "Installing what is missing"
deploy/install.sh --build

say "Building (release)"
cmake --preset release -DSEALKEEP_BENCH=OFF >/dev/null
pages=(agent_web)
[ ! -f hub/web/package.json ] || pages+=(hub_web)
cmake --build --preset release --target sealkeep-hub sealkeep-agent sealkeep-verify "${pages[@]}"

# What reads pictures is built where its libraries are (deploy/install.sh --vision).
vision=no
if ninja -C build/release -t query sealkeep-vision >/dev/null 2>&1; then
  cmake --build --preset release --target sealkeep-vision
  vision=yes
fi

mkdir -p "$demo"
chmod 700 "$demo"

serve_hub() {
  printf '[web]\nlisten = ["http://127.0.0.1:%s"]\npages = "%s"\n' "$office_port" "$top/build/release/share/hub-web" >"$demo/hub.toml"
  start_one hub "$bin/sealkeep-hub" --config "$demo/hub.toml" --data "$demo/hub" serve --main-port "$main_port" --enrol-port "$enrol_port"
  wait_for_daemon hub
}
terminal_of() { if [ "$1" = akl-01 ]; then echo "http://127.0.0.1:$terminal_port"; else echo "http://127.0.0.1:$((terminal_port + 1))"; fi; }
# camera_of SITE: the door that the site's camera sees, drawn by deploy/demo/draw.sh
camera_of() { echo "$top/deploy/demo/$1.png"; }
# The site's camera is fed from a file, and says so.
serve_vision() {
  [ "$vision" = yes ] || return 0
  mkdir -p -m 700 "$demo/$1-vision"
  printf '[cameras.gate]\nkind = "file"\naddress = "%s"\nsimulated = true\n' "$(camera_of "$1")" >"$demo/$1-vision.toml"
  start_one "$1-vision" "$bin/sealkeep-vision" --config "$demo/$1-vision.toml" --data "$demo/$1-vision" serve
  wait_for_daemon "$1-vision"
}
serve_site() {
  serve_vision "$1"
  printf '[terminal]\nlisten = ["%s"]\npages = "%s"\n' "$(terminal_of "$1")" "$top/build/release/share/agent-web" >"$demo/$1.toml"
  [ "$vision" = no ] || printf '[vision]\nfolder = "%s"\ncameras = ["gate"]\n' "$demo/$1-vision" >>"$demo/$1.toml"
  start_one "$1" "$bin/sealkeep-agent" --config "$demo/$1.toml" --data "$demo/$1" serve
  wait_for_daemon "$1"
}
# first_sign_in hub|SITE PERSON ROLE: what that person needs to sign in there.
first_sign_in() {
  local state who=(site "$1")
  [ "$1" != hub ] || who=(hub)
  state=$("${who[@]}" user list --json | python3 -c 'import json,sys
users = json.load(sys.stdin)
users = users["users"] if isinstance(users, dict) else users if isinstance(users, list) else []
print(next(("chosen" if one["password"] else "code" for one in users if one["person"] == sys.argv[1]), "none"))' "$2")
  case $state in
    none) "${who[@]}" user add "$2" --role "$3" --json | field one_time_code ;;
    code) "${who[@]}" user reset "$2" --json | field one_time_code ;;
    *) echo "the password that was chosen" ;;
  esac
}
# Without a network: the agent runs in a network namespace of its own, where nothing can be reached. Where that is not
# allowed, no agent runs at all, and each command takes the register's lock and records by itself.
serve_site_offline() {
  if unshare --map-root-user --net true 2>/dev/null; then
    start_one "$1" unshare --map-root-user --net "$bin/sealkeep-agent" --data "$demo/$1" serve
    wait_for_daemon "$1"
  else
    echo "  (this machine does not allow network namespaces: the site's agent stays off, commands record by themselves)"
  fi
}

field() { python3 -c 'import json,sys
v=json.load(sys.stdin)
for k in sys.argv[1:]:
    v=v[int(k)] if isinstance(v,list) else v[k]
print(v)' "$@"; }

all_safe() { [ "$(site "$1" status --json | field unsafe_records)" = 0 ]; }

if [ ! -e "$demo/hub/hub.db" ]; then
  say "Head office: a new hub"
  hub init --name hub.example.nz --address "tcp://127.0.0.1:$main_port" --enrol-address "tcp://127.0.0.1:$enrol_port"
fi
serve_hub

for name in akl-01 trg-01; do
  if [ ! -e "$demo/$name/agent.db" ]; then
    say "Load site $name: invited, asks, compared, approved"
    rm -f "$demo/$name.invitation"
    hub site add "$name" --out "$demo/$name.invitation" >/dev/null
    site "$name" enrol --invitation "$demo/$name.invitation"
    rm -f "$demo/$name.invitation"
    fingerprint=$(site "$name" status --json | field fingerprint)
    echo "  The person at the site reads out: $fingerprint"
    hub site approve "$name" --fingerprint "$fingerprint" >/dev/null
    echo "  Head office compared it with its own list and approved the site."
  fi
done

if [ ! -e "$demo/played" ]; then
  say "Head office: what Customs approved, as instructions to both sites"
  hub approve plan --plan-version 3 --from 2026-01-01 >/dev/null
  hub approve customs --site akl-01 --from 2026-01-01 --plan-version 3 >/dev/null
  hub approve customs --site trg-01 --from 2026-01-01 --plan-version 3 >/dev/null
  hub approve operator --name "Harbour Haulage" --number 12 --from 2026-01-01 --plan-version 3 >/dev/null
  hub plan set --setting badge_sign_in --value 1 --plan-version 3 >/dev/null
  hub plan set --setting pin_sign_in --value 1 --plan-version 3 >/dev/null
  hub plan set --setting sign_in_names --value 1 --plan-version 3 >/dev/null
  hub approve delivery --site akl-01 --approval PO-118 --first NZ300001 --last NZ300200 >/dev/null
  hub approve delivery --site trg-01 --approval PO-119 --first NZ400001 --last NZ400100 >/dev/null
  echo "  First the plan, then what stands in it: both sites, operator 12, badges and PINs at the shared terminals. Then"
  echo "  deliveries PO-118 and PO-119 are announced."
  echo "  From its first instruction on a site compares each delivery with them: one that nobody approved is an alert."

  serve_site akl-01
  serve_site trg-01
  adopted() { [ "$(site "$1" status --json | field instructions)" -ge 8 ]; }  # those above, and entry 0
  wait_for "akl-01 heard head office" adopted akl-01
  wait_for "trg-01 heard head office" adopted trg-01

  say "akl-01: a box arrives one short"
  record() { told "$@"; site akl-01 "$@" >/dev/null; }
  record person add "Mere Tipene"
  record person add "Tama Walker"
  record store add Safe
  record seal receive NZ300001 NZ300200 --approval PO-118 --delivery DN-881 --missing NZ300117 --place Safe --by "Mere Tipene"

  say "akl-01: Mere's bolt breaks in the rain, the next one holds"
  record container close MSCU6639870 --by "Mere Tipene"
  record seal apply NZ300001 --container MSCU6639870 --by "Mere Tipene"
  record seal replace NZ300001 NZ300002 --cause broke --container MSCU6639870 --by "Mere Tipene"
  record seal check --container MSCU6639870 --door-seal NZ300002 --door-container MSCU6639870 \
    --paper-seal NZ300002 --paper-container MSCU6639870 --view pass --verify pass --tug pass --twist pass --by "Tama Walker"
  record seal uplift --container MSCU6639870 --operator 12 --driver "R. Singh" --truck KLM482 \
    --view pass --verify pass --tug pass --twist pass --signed --by "Tama Walker"

  say "akl-01: Tama reads 017 on the door and 071 on the paper, before the truck leaves"
  record seal apply NZ300017 --container CSQU3054383 --by "Mere Tipene"
  record seal check --container CSQU3054383 --door-seal NZ300017 --door-container CSQU3054383 \
    --paper-seal NZ300071 --paper-container CSQU3054383 --view pass --verify pass --tug pass --twist pass --by "Tama Walker"
  record container papers-corrected CSQU3054383 --by "Tama Walker"
  record seal check --container CSQU3054383 --door-seal NZ300017 --door-container CSQU3054383 \
    --paper-seal NZ300017 --paper-container CSQU3054383 --view pass --verify pass --tug pass --twist pass --by "Tama Walker"

  say "akl-01: what the standard asks for beside the seals"
  record record keep training_seals --person "Mere Tipene" --note "trainer: head office" --by "Mere Tipene"
  record record keep training_seals --person "Tama Walker" --note "trainer: head office" --by "Mere Tipene"
  record record keep procedure --label "Storing and using seals" --by "Mere Tipene"
  record record keep qa_check --by "Mere Tipene"
  record record keep qa_finding --label F-1 --note "padlock codes on the wall" --by "Mere Tipene"
  record incident unauthorised-entry --story "gate found open at 06:10" --by "Tama Walker"
  record day close --by "Mere Tipene"

  say "trg-01: a normal morning, all safe at head office"
  record() { told "$@"; site trg-01 "$@" >/dev/null; }
  record person add "Aroha King"
  record store add Safe
  record seal receive NZ400001 NZ400100 --approval PO-119 --delivery DN-902 --place Safe --by "Aroha King"
  wait_for "trg-01 is safe at head office" all_safe trg-01

  say "trg-01: loses its internet, and goes on recording"
  stop_one trg-01
  serve_site_offline trg-01
  record seal apply NZ400001 --container TGHU7599330 --by "Aroha King" --happened "$(date -u -d '3 hours ago' +%Y-%m-%dT%H:%M+00:00)"
  record seal lost NZ400017 --story "not in the safe at the count" --by "Aroha King"
  site trg-01 status | head -n 4

  say "Head office meanwhile: not heard of is not the same as overdue"
  hub site list

  say "trg-01: the internet is back"
  stop_one trg-01
  serve_site trg-01
  wait_for "trg-01 is safe at head office" all_safe trg-01
  wait_for "akl-01 is safe at head office" all_safe akl-01
  touch "$demo/played"
else
  serve_site akl-01
  serve_site trg-01
  wait_for "akl-01 is safe at head office" all_safe akl-01
  wait_for "trg-01 is safe at head office" all_safe trg-01
fi

heard() { hub alerts list --json | grep -q NZ400017; }
wait_for "head office has judged what it heard" heard

say "What head office knows now"
hub status

say "The whole life of one seal, with proof: sealkeep-hub seal show NZ400017"
hub seal show NZ400017

say "Clause by clause: sealkeep-hub compliance"
hub compliance

say "The proof for Customs: one file, checked with public keys alone"
rm -f "$demo/evidence.sealkeep"
hub export evidence --from "$(date -u -d '2 days ago' +%Y-%m-%d)" --to "$(date -u +%Y-%m-%d)" "$demo/evidence.sealkeep"
"$bin/sealkeep-verify" "$demo/evidence.sealkeep" | tail -n 12
python3 - "$demo/evidence.sealkeep" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 1
open(sys.argv[1] + ".changed", "wb").write(data)
print("\n  one bit of it is changed:")
PY
if "$bin/sealkeep-verify" "$demo/evidence.sealkeep.changed" | tail -n 4; then
  echo "quickstart: the change was not found, which must never happen" >&2
  exit 1
fi
rm -f "$demo/evidence.sealkeep.changed"

say "One byte is changed in a copy of the hub's database, and verify names the record"
rm -rf "$demo/tampered"
mkdir -m 700 "$demo/tampered"
stop_one hub
cp -a "$demo"/hub/hub.db* "$demo/hub/keys" "$demo/tampered/"
serve_hub
# By hand, past every guard: the triggers that forbid it are dropped first.
python3 - "$demo/tampered/hub.db" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'run'").fetchall():
    db.execute(f'DROP TRIGGER "{trigger}"')
rowid, run = next((i, b) for i, b in db.execute("SELECT rowid, bytes FROM run") if b"NZ400001" in b)
at = run.index(b"NZ400001") + 7
db.execute("UPDATE run SET bytes = ? WHERE rowid = ?", (run[:at] + b"8" + run[at + 1:], rowid))
db.commit()
print("  NZ400001 now reads NZ400008 in the stored record")
PY
if "$bin/sealkeep-hub" --data "$demo/tampered" verify; then
  echo "quickstart: the change was not found, which must never happen" >&2
  exit 1
fi
rm -rf "$demo/tampered"

say "The terminals of the load sites: open one in a browser"
for pair in "akl-01/Mere Tipene" "trg-01/Aroha King"; do
  name=${pair%%/*} person=${pair#*/}
  printf '  %-7s %s   sign in as %s with %s\n' "$name" "$(terminal_of "$name")" "$person" "$(first_sign_in "$name" "$person" site-manager)"
done
echo "  The code is good once, for a day: the page asks for a password of your own (15 characters or more)."
echo "  Try at akl-01: scan or type NZ300010, a container, then Check, then Driver is here."
if [ "$vision" = yes ]; then
  echo "  Its simulated camera sees container MSCU6639947 with seal NZ300010: \"Take a picture\" while sealing it, or another one."
else
  echo "  Pictures are kept and not read here: deploy/install.sh --vision gets what reading needs."
fi

say "Head office: open it in a browser"
printf '  http://127.0.0.1:%s   sign in as %s with %s\n' "$office_port" "Hana Ngata" "$(first_sign_in hub "Hana Ngata" administrator)"
echo "  The page asks for a password of your own and shows a secret for an authenticator app; its six digits are asked each time."
[ -d "$top/build/release/share/hub-web" ] || echo "  (No page was built: what answers there is the API, /api/v1/openapi.json.)"

say "Where to look further"
cat <<TEXT
  $bin/sealkeep-hub --data $demo/hub status | alerts list | seal show NZ300117 | compliance --clause 2.14 | verify
  $bin/sealkeep-agent --data $demo/akl-01 status | todo | seal show NZ300002 | record list | compliance | export-log DIR
  $bin/sealkeep-verify $demo/evidence.sealkeep
  logs: $demo/*.log      end it: deploy/quickstart.sh stop      once more from nothing: deploy/quickstart.sh clean
TEXT
