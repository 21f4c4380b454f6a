// SPDX-License-Identifier: Apache-2.0

// verify DIR reads the logs that conformance_log wrote with golang.org/x/mod: it opens the notes, rebuilds each tree
// from its bundles, compares every tile byte for byte, checks our proofs and writes its own to go-proofs.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

func must(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err, "read")
	return data
}

// mirror verifies cosignature/v1, which note.NewVerifier refuses (key type 0x04).
type mirror struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	time uint64
}

func newMirror(vkey string) *mirror {
	parts := strings.SplitN(vkey, "+", 3)
	typed, err := base64.StdEncoding.DecodeString(parts[2])
	must(err, "mirror key")
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	if len(typed) != 33 || typed[0] != 4 || fmt.Sprintf("%x", sum[:4]) != parts[1] {
		fail("mirror key %s is malformed", vkey)
	}
	return &mirror{parts[0], binary.BigEndian.Uint32(sum[:4]), ed25519.PublicKey(typed[1:]), 0}
}

func (m *mirror) Name() string    { return m.name }
func (m *mirror) KeyHash() uint32 { return m.hash }
func (m *mirror) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	m.time = binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", m.time, msg)
	return ed25519.Verify(m.key, []byte(signed), sig[8:])
}

// openCheckpoint returns size and root of a note that both the log and the mirror signed.
func openCheckpoint(dir string) (int64, tlog.Hash) {
	log, err := note.NewVerifier(strings.TrimSpace(string(read(filepath.Join(dir, "vkey")))))
	must(err, "vkey")
	cosigner := newMirror(strings.TrimSpace(string(read(filepath.Join(dir, "mirror-vkey")))))
	known := note.VerifierList(log, cosigner)
	raw := read(filepath.Join(dir, "checkpoint"))
	opened, err := note.Open(raw, known)
	must(err, "note.Open")
	if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 || cosigner.time != 1767225600 {
		fail("%s: want signatures of log and mirror, have %v", dir, opened.Sigs)
	}
	if _, err := note.Open(bytes.Replace(raw, []byte("akl-01\n"), []byte("akl-02\n"), 1), known); err == nil {
		fail("%s: an altered note opens", dir)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != log.Name() || lines[3] != "" {
		fail("%s: checkpoint %q", dir, opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "size")
	root, err := tlog.ParseHash(lines[2])
	must(err, "root")
	return size, root
}

// path is the C2SP path of a tile: as x/mod spells it, but without the height, and entries instead of data.
func path(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

func asEntries(tile tlog.Tile) tlog.Tile {
	tile.L = -1
	return tile
}

func rootAt(size int64, hashes tlog.HashReader) tlog.Hash {
	if size == 0 {
		return sha256.Sum256(nil) // TreeHash gives zeros
	}
	root, err := tlog.TreeHash(size, hashes)
	must(err, "TreeHash")
	return root
}

func line(kind string, a, b int64, proof []tlog.Hash) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %d %d", kind, a, b)
	for _, hash := range proof {
		out.WriteString(" " + hash.String())
	}
	return out.String()
}

func verifyLog(dir string) (tiles, proofs int) {
	size, root := openCheckpoint(dir)
	if fmt.Sprint(size) != filepath.Base(dir) {
		fail("%s: size %d", dir, size)
	}
	// NewTiles lists a partial tile at every width up to its own, widest last; the layout has the widest alone.
	type place struct{ level, n int64 }
	widest := map[place]tlog.Tile{}
	for _, tile := range tlog.NewTiles(tileHeight, 0, size) {
		widest[place{int64(tile.L), tile.N}] = tile
	}
	expected := map[string]tlog.Tile{}
	for _, tile := range widest {
		expected[path(tile)] = tile
		if tile.L == 0 {
			expected[path(asEntries(tile))] = asEntries(tile)
		}
	}

	var stored []tlog.Hash
	hashes := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, index := range indexes {
			out = append(out, stored[index])
		}
		return out, nil
	})
	var leaves []tlog.Hash
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		bundle := read(filepath.Join(dir, path(tlog.Tile{H: tileHeight, L: -1, N: n, W: int(width)})))
		for ; width > 0; width-- {
			length := int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			if string(entry) != fmt.Sprintf("seal event %d", len(leaves)) {
				fail("%s: entry %d is %q", dir, len(leaves), entry)
			}
			more, err := tlog.StoredHashes(int64(len(leaves)), entry, hashes)
			must(err, "StoredHashes")
			stored = append(stored, more...)
			leaves = append(leaves, tlog.RecordHash(entry))
		}
		if len(bundle) != 0 {
			fail("%s: bytes after bundle %d", dir, n)
		}
	}
	if rootAt(size, hashes) != root {
		fail("%s: the bundles' root is not the checkpoint's", dir)
	}

	must(filepath.WalkDir(filepath.Join(dir, "tile"), func(file string, item fs.DirEntry, err error) error {
		if os.IsNotExist(err) && size == 0 {
			return nil
		}
		must(err, "walk")
		if item.IsDir() {
			return nil
		}
		name, err := filepath.Rel(dir, file)
		must(err, "walk")
		tile, ok := expected[name]
		if !ok {
			fail("%s: %s should not be there", dir, name)
		}
		delete(expected, name)
		if tile.L < 0 {
			return nil
		}
		data, err := tlog.ReadTileData(tile, hashes)
		must(err, "ReadTileData")
		if !bytes.Equal(data, read(file)) {
			fail("%s: %s differs", dir, name)
		}
		tiles++
		return nil
	}), "walk")
	for name := range expected {
		fail("%s: %s is missing", dir, name)
	}

	var ours []string
	if text := strings.TrimSpace(string(read(filepath.Join(dir, "proofs")))); text != "" {
		ours = strings.Split(text, "\n")
	}
	var theirs strings.Builder
	for _, proofLine := range ours {
		words := strings.Fields(proofLine)
		a, err := strconv.ParseInt(words[1], 10, 64)
		must(err, proofLine)
		var proof []tlog.Hash
		for _, word := range words[3:] {
			hash, err := tlog.ParseHash(word)
			must(err, proofLine)
			proof = append(proof, hash)
		}
		var made []tlog.Hash
		switch {
		case words[2] != fmt.Sprint(size):
			fail("%s: proof for another size: %s", dir, proofLine)
		case words[0] == "inclusion":
			must(tlog.CheckRecord(proof, size, root, a, leaves[a]), proofLine)
			made, err = tlog.ProveRecord(size, a, hashes)
		case words[0] == "consistency":
			must(tlog.CheckTree(proof, size, root, a, rootAt(a, hashes)), proofLine)
			made, err = tlog.ProveTree(size, a, hashes)
		default:
			fail("%s: %s", dir, proofLine)
		}
		must(err, "prove")
		fmt.Fprintln(&theirs, line(words[0], a, size, made))
		proofs++
	}
	if proofs < 40 && int64(proofs) < 2*size {
		fail("%s: only %d proofs", dir, proofs)
	}
	must(os.WriteFile(filepath.Join(dir, "go-proofs"), []byte(theirs.String()), 0o644), "write")
	return tiles, proofs
}

func main() {
	if len(os.Args) != 2 {
		fail("verify DIR")
	}
	logs, err := os.ReadDir(os.Args[1])
	must(err, "logs")
	tiles, proofs := 0, 0
	for _, log := range logs {
		t, p := verifyLog(filepath.Join(os.Args[1], log.Name()))
		tiles += t
		proofs += p
	}
	if len(logs) != 15 {
		fail("%d logs instead of 15", len(logs))
	}
	fmt.Printf("%d logs, %d tiles, %d proofs", len(logs), tiles, proofs)
}
