// SPDX-License-Identifier: Apache-2.0
#include "tests/house/rules.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>

namespace sealkeep::house {
namespace {

constexpr std::size_t kMaxLines = 1000;
constexpr std::string_view kLicence = "// SPDX-License-Identifier: Apache-2.0";

/// What the files of a folder may include of the rest of the house; its own files always.
struct Reach {
  std::string_view folder;
  std::vector<std::string_view> may;
};

const std::vector<Reach>& reaches() {
  static const std::vector<Reach> table = {
      {"common/base", {}},
      {"common/crypto", {"common/base"}},
      {"common/tlog", {"common/base", "common/crypto"}},
      {"common/ses", {"common/base", "common/crypto"}},
      {"common/sync", {"common/base", "common/crypto", "common/tlog"}},
      {"common/store", {"common/base", "common/crypto", "common/tlog", "common/ses"}},
      {"common/evidence/collect",
       {"common/base", "common/crypto", "common/tlog", "common/ses", "common/store", "common/sync",
        "common/evidence"}},
      {"common/evidence", {"common/base", "common/crypto", "common/tlog", "common/ses", "common/sync"}},
      {"common/verify", {"common/base", "common/crypto", "common/ses", "common/evidence", "common/cli"}},
      {"common/interchange", {"common/base", "common/crypto", "common/tlog", "common/ses", "common/store"}},
      {"common/access", {"common/base", "common/crypto", "common/store"}},
      {"common/net", {"common/base", "common/crypto"}},
      {"common/http", {"common/base", "common/crypto"}},
      {"common/cli", {"common/base", "common/net", "common/store"}},
      {"common/api", {"common/base", "common/crypto", "common/cli", "common/http", "common/access"}},
      {"common", {"common"}},
      {"agent/vision", {"common/base", "common/crypto", "common/ses", "common/cli", "common/net"}},
      {"agent", {"common", "agent"}},
      {"hub", {"common", "hub"}},
  };
  return table;
}

/// A library that only one folder may touch, and another one where it has two homes. A name that ends in '*'
/// stands for everything that begins so.
struct Owner {
  std::string_view header;
  std::string_view folder;
  std::string_view other_folder = {};
};

constexpr Owner kOwners[] = {
    {"sodium*", "common/crypto"},
    {"openssl/*", "common/crypto", "common/http"},
    {"boost/asio*", "common/http"},
    {"boost/beast*", "common/http"},
    {"zmq*", "common/net"},
    {"sqlite3*", "common/store"},
    {"msgpack*", "common/base"},
    {"xlsxwriter*", "common/interchange"},
    {"pango/*", "common/interchange"},
    {"cairo*", "common/interchange"},
    {"qrencode*", "common/interchange"},
    {"archive*", "common/interchange"},
    {"expat*", "common/interchange"},
    {"glib*", "common/access"},
    {"opencv2/*", "agent/vision"},
    {"ZXing/*", "agent/vision"},
    {"dmtx*", "agent/vision"},
    {"onnxruntime*", "agent/vision"},
    {"seccomp*", "agent/vision"},
    {"libav*", "agent/vision"},
    {"libswscale/*", "agent/vision"},
    {"linux/videodev2.h", "agent/vision"},
    {"curl/*", "hub/notices", "agent/vision"},
    {"prometheus/*", "hub/api"},
};

constexpr std::string_view kPureFolders[] = {"common/tlog", "common/ses", "common/sync"};

/// Headers that bring I/O, threads, clocks or randomness.
constexpr std::string_view kImpureHeaders[] = {
    "thread",
    "mutex",
    "shared_mutex",
    "condition_variable",
    "future",
    "stop_token",
    "semaphore",
    "latch",
    "barrier",
    "fstream",
    "filesystem",
    "chrono",
    "random",
    "iostream",
    "cstdio",
    "stdio.h",
    "ctime",
    "time.h",
    "unistd.h",
    "fcntl.h",
    "pthread.h",
    "poll.h",
    "signal.h",
    "csignal",
    "sys/*",
    "netinet/*",
    "arpa/*",
    "netdb.h",
    "sqlite3*",
    "zmq*",
    "systemd/*",
    "boost/asio*",
    "boost/beast*",
    "common/crypto/system_random.hpp",
    "common/crypto/key_file.hpp",
};

/// Words that a pure folder may not use although a header that it needs declares them.
constexpr std::string_view kImpureWords[] = {"SystemClock", "SystemRandom", "KeyFolder",
                                             "std::getenv", "std::system",  "std::rand"};

bool matches(std::string_view header, std::string_view pattern) {
  if (pattern.ends_with('*')) return header.starts_with(pattern.substr(0, pattern.size() - 1));
  return header == pattern;
}

bool inside(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// The header that the line includes, or nothing if it is no #include.
std::optional<std::string> included(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = trimmed(line.substr(1));
  if (!line.starts_with("include")) return std::nullopt;
  line = trimmed(line.substr(7));
  const std::size_t end = line.find_first_of(">\"", 1);
  if (line.empty() || end == std::string_view::npos) return std::string(line);
  return std::string(line.substr(1, end - 1));
}

/// The line without its // comment; good enough for a search for words.
std::string_view code_of(std::string_view line) {
  return line.substr(0, line.find("//"));
}

bool has_word(std::string_view code, std::string_view word) {
  const auto is_name = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  for (std::size_t at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
    const std::size_t after = at + word.size();
    if ((at == 0 || !is_name(code[at - 1])) && (after == code.size() || !is_name(code[after]))) return true;
  }
  return false;
}

/// Why `path` may not include `header`; nothing if it may.
std::optional<std::string> objection(std::string_view path, std::string_view header) {
  const bool of_the_house =
      header.starts_with("common/") || header.starts_with("agent/") || header.starts_with("hub/");
  if (header.starts_with("tests/")) return "product code never includes tests";
  if (header.starts_with("..")) return "include from the top of the tree, not with \"..\"";
  for (const Owner& owner : kOwners) {
    if (!matches(header, owner.header) || inside(path, owner.folder)) continue;
    if (!owner.other_folder.empty() && inside(path, owner.other_folder)) continue;
    return "only " + std::string(owner.folder) + " may touch this library";
  }
  for (std::string_view pure : kPureFolders) {
    if (!inside(path, pure)) continue;
    for (std::string_view impure : kImpureHeaders) {
      if (matches(header, impure))
        return std::string(pure) + " is pure: no I/O, threads, clock or randomness";
    }
  }
  if (!of_the_house) return std::nullopt;
  for (const Reach& reach : reaches()) {
    if (!inside(path, reach.folder)) continue;
    if (inside(header, reach.folder)) return std::nullopt;
    for (std::string_view folder : reach.may) {
      if (inside(header, folder)) return std::nullopt;
    }
    return std::string(reach.folder) + " may not include this part of the house";
  }
  return std::nullopt;
}

bool is_pure(std::string_view path) {
  return std::any_of(std::begin(kPureFolders), std::end(kPureFolders),
                     [path](std::string_view folder) { return inside(path, folder); });
}

void check_file(const std::filesystem::path& root, const std::string& path, Complaints& out) {
  std::ifstream file(root / path);
  const auto complain = [&](std::size_t line, const std::string& what) {
    out.push_back(path + ":" + std::to_string(line) + ": " + what);
  };
  const bool pure = is_pure(path);
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (number == 1 && line != kLicence) complain(1, "the first line is not " + std::string(kLicence));
    if (const std::optional<std::string> header = included(line)) {
      if (const auto why = objection(path, *header)) complain(number, "includes " + *header + ": " + *why);
    } else if (pure) {
      for (std::string_view word : kImpureWords) {
        if (has_word(code_of(line), word)) {
          complain(number,
                   "uses " + std::string(word) + " in a pure folder: no I/O, threads, clock or randomness");
        }
      }
    }
  }
  if (number == 0) complain(1, "the file is empty");
  if (number > kMaxLines) {
    complain(number, "more than " + std::to_string(kMaxLines) + " lines: two concepts in one file");
  }
}

std::vector<std::string> sources(const std::filesystem::path& root) {
  std::vector<std::string> out;
  for (const char* top : {"common", "agent", "hub"}) {
    if (!std::filesystem::is_directory(root / top)) continue;
    for (const auto& item : std::filesystem::recursive_directory_iterator(root / top)) {
      const std::string extension = item.path().extension().string();
      if (item.is_regular_file() && (extension == ".hpp" || extension == ".cpp")) {
        out.push_back(item.path().lexically_relative(root).generic_string());
      }
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Complaints check_tree(const std::filesystem::path& root) {
  Complaints out;
  for (const std::string& path : sources(root)) check_file(root, path, out);
  return out;
}

std::size_t count_sources(const std::filesystem::path& root) {
  return sources(root).size();
}

}  // namespace sealkeep::house
