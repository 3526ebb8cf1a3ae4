#include "backend/r4/pattern.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace yizhan::r4 {
namespace {

constexpr std::size_t kMostInstructions = 20'000;
constexpr int kMostNesting = 30;
constexpr std::uint32_t kOpenEnd = std::numeric_limits<std::uint32_t>::max();

using Set = std::bitset<256>;

Set Of(std::string_view bytes) {
  Set set;
  for (const char c : bytes) set.set(static_cast<unsigned char>(c));
  return set;
}

void AddRange(Set& set, unsigned from, unsigned to) {
  for (unsigned c = from; c <= to; ++c) set.set(c);
}

Set ClassNamed(char letter) {
  Set set;
  switch (letter) {
    case 'd':
    case 'D': AddRange(set, '0', '9'); break;
    case 's':
    case 'S': set = Of(" \t\r\n\f\v"); break;
    case 'w':
    case 'W':
      AddRange(set, '0', '9');
      AddRange(set, 'a', 'z');
      AddRange(set, 'A', 'Z');
      set.set('_');
      break;
    case 'n': return Of("\n");
    case 'r': return Of("\r");
    case 't': return Of("\t");
    default: return Of({&letter, 1});
  }
  return letter >= 'a' ? set : ~set;
}

}  // namespace

/// Builds the program backwards: every part is compiled to go on at a known instruction.
class PatternCompiler {
 public:
  explicit PatternCompiler(std::string_view text) : text_(text) {}

  std::optional<Pattern> Compile() {
    const std::uint32_t match = Emit({Pattern::Op::Match, 0, 0, 0});
    std::size_t at = 0;
    pattern_.start_ = Alternatives(at, match, 0);
    if (failed_ || at != text_.size()) return std::nullopt;
    return std::move(pattern_);
  }

 private:
  std::uint32_t Emit(Pattern::Instruction instruction) {
    if (pattern_.program_.size() >= kMostInstructions) {
      failed_ = true;
      return 0;
    }
    pattern_.program_.push_back(instruction);
    return static_cast<std::uint32_t>(pattern_.program_.size() - 1);
  }

  /// Where a group that opens before `at` closes, or an alternative or the text ends.
  [[nodiscard]] std::size_t EndOfBranch(std::size_t at) const {
    int open = 0;
    bool in_class = false;
    for (; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '\\') {
        ++at;
      } else if (in_class) {
        in_class = c != ']';
      } else if (c == '[') {
        in_class = true;
        if (at + 1 < text_.size() && text_[at + 1] == '^') ++at;
      } else if (c == '(') {
        ++open;
      } else if (c == ')' || (c == '|' && open == 0)) {
        if (open == 0) return at;
        --open;
      }
    }
    return text_.size();
  }

  std::uint32_t Alternatives(std::size_t& at, std::uint32_t next, int depth) {
    if (depth > kMostNesting) failed_ = true;
    if (failed_) return 0;
    const std::size_t end = EndOfBranch(at);
    std::uint32_t start = Branch(at, end, next, depth);
    at = std::min(end, text_.size());
    if (failed_ || at == text_.size() || text_[at] != '|') return start;
    ++at;
    const std::uint32_t other = Alternatives(at, next, depth + 1);
    return Emit({Pattern::Op::Split, 0, start, other});
  }

  struct Piece {
    std::size_t begin, end;  ///< Without its repetition.
    std::uint32_t least = 1, most = 1;
  };

  /// A sequence: pieces are found from the left and compiled from the right.
  std::uint32_t Branch(std::size_t at, std::size_t end, std::uint32_t next, int depth) {
    std::vector<Piece> pieces;
    while (at < end && !failed_) {
      Piece piece{at, EndOfAtom(at), 1, 1};
      at = piece.end;
      Repetition(piece, at);
      pieces.push_back(piece);
    }
    for (auto piece = pieces.rbegin(); piece != pieces.rend() && !failed_; ++piece) {
      next = Repeated(*piece, next, depth);
    }
    return next;
  }

  std::size_t EndOfAtom(std::size_t at) {
    const char c = text_[at];
    if (c == '\\') return Within(at + 2);
    if (c == '(') {
      std::size_t end = at + 1;
      do {
        end = EndOfBranch(end) + 1;
      } while (end <= text_.size() && text_[end - 1] == '|');
      return Within(end);
    }
    if (c != '[') return at + 1;
    ++at;
    if (at < text_.size() && text_[at] == '^') ++at;
    while (at < text_.size() && text_[at] != ']') at += text_[at] == '\\' ? 2 : 1;
    return Within(at + 1);
  }

  std::size_t Within(std::size_t end) {
    if (end > text_.size()) failed_ = true;
    return std::min(end, text_.size());
  }

  void Repetition(Piece& piece, std::size_t& at) {
    if (at >= text_.size()) return;
    switch (text_[at]) {
      case '*':
        piece.least = 0;
        piece.most = kOpenEnd;
        break;
      case '+': piece.most = kOpenEnd; break;
      case '?': piece.least = 0; break;
      case '{': {
        ++at;
        piece.least = Number(at);
        piece.most = piece.least;
        if (at < text_.size() && text_[at] == ',') {
          ++at;
          piece.most = at < text_.size() && text_[at] == '}' ? kOpenEnd : Number(at);
        }
        if (at >= text_.size() || text_[at] != '}' || piece.most < piece.least) failed_ = true;
        break;
      }
      default: return;
    }
    ++at;
  }

  std::uint32_t Number(std::size_t& at) {
    std::uint32_t number = 0;
    const std::size_t from = at;
    while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9' && number < 10'000) {
      number = number * 10 + static_cast<std::uint32_t>(text_[at++] - '0');
    }
    if (at == from) failed_ = true;
    return number;
  }

  std::uint32_t Repeated(const Piece& piece, std::uint32_t next, int depth) {
    std::uint32_t start = next;
    if (piece.most == kOpenEnd) {
      // The loop's split is placed first, so that the atom can go back to it.
      const std::uint32_t split = Emit({Pattern::Op::Split, 0, 0, next});
      const std::uint32_t atom = Atom(piece, split, depth);
      if (failed_) return 0;
      pattern_.program_[split].next = atom;
      start = split;
    } else {
      for (std::uint32_t i = piece.least; i < piece.most && !failed_; ++i) {
        const std::uint32_t atom = Atom(piece, start, depth);
        start = Emit({Pattern::Op::Split, 0, atom, next});
      }
    }
    for (std::uint32_t i = 0; i < piece.least && !failed_; ++i) start = Atom(piece, start, depth);
    return start;
  }

  std::uint32_t Atom(const Piece& piece, std::uint32_t next, int depth) {
    // Nothing repeated ten thousand times within the same again is work without instructions.
    if (++atoms_ > kMostInstructions) failed_ = true;
    if (failed_) return 0;
    const char c = text_[piece.begin];
    switch (c) {
      case '(': {
        std::size_t at = piece.begin + 1;
        if (text_.substr(at).starts_with("?:")) at += 2;
        return Alternatives(at, next, depth + 1);
      }
      case '[': return Take(ClassAt(piece), next);
      case '\\': return Take(ClassNamed(text_[piece.begin + 1]), next);
      case '.': return Take(~Of("\n"), next);
      case '^': return Emit({Pattern::Op::LineStart, 0, next, 0});
      case '$': return Emit({Pattern::Op::LineEnd, 0, next, 0});
      case '*':
      case '+':
      case '?':
      case ')': failed_ = true; return 0;
      default: return Take(Of({&c, 1}), next);
    }
  }

  std::uint32_t Take(const Set& set, std::uint32_t next) {
    auto known = std::find(pattern_.sets_.begin(), pattern_.sets_.end(), set);
    if (known == pattern_.sets_.end()) known = pattern_.sets_.insert(known, set);
    const auto index = static_cast<std::uint32_t>(known - pattern_.sets_.begin());
    return Emit({Pattern::Op::Byte, index, next, 0});
  }

  [[nodiscard]] Set ClassAt(const Piece& piece) const {
    const std::string_view inside = text_.substr(piece.begin + 1, piece.end - piece.begin - 2);
    const bool negated = inside.starts_with('^');
    Set set;
    for (std::size_t i = negated ? 1 : 0; i < inside.size(); ++i) {
      if (inside[i] == '\\' && i + 1 < inside.size()) {
        set |= ClassNamed(inside[++i]);
      } else if (i + 2 < inside.size() && inside[i + 1] == '-') {
        AddRange(set, static_cast<unsigned char>(inside[i]),
                 static_cast<unsigned char>(inside[i + 2]));
        i += 2;
      } else {
        set.set(static_cast<unsigned char>(inside[i]));
      }
    }
    return negated ? ~set : set;
  }

  std::string_view text_;
  Pattern pattern_;
  std::size_t atoms_ = 0;
  bool failed_ = false;
};

std::optional<Pattern> Pattern::Compile(std::string_view text) {
  return PatternCompiler(text).Compile();
}

/// The instructions that are alive at one place of the text; each at most once.
struct Pattern::Threads {
  explicit Threads(std::size_t size) : seen(size, false) {}
  void Clear() {
    for (const std::uint32_t at : visited) seen[at] = false;
    visited.clear();
    alive.clear();
    matched = false;
  }
  std::vector<bool> seen;
  std::vector<std::uint32_t> visited;
  std::vector<std::uint32_t> alive;  ///< Byte instructions.
  std::vector<std::uint32_t> todo;
  bool matched = false;
};

void Pattern::Add(Threads& threads, std::uint32_t at, bool at_start, bool at_end) const {
  threads.todo.push_back(at);
  while (!threads.todo.empty()) {
    const std::uint32_t now = threads.todo.back();
    threads.todo.pop_back();
    if (threads.seen[now]) continue;
    threads.seen[now] = true;
    threads.visited.push_back(now);
    const Instruction& instruction = program_[now];
    switch (instruction.op) {
      case Op::Byte: threads.alive.push_back(now); break;
      case Op::Match: threads.matched = true; break;
      case Op::Split:
        threads.todo.push_back(instruction.next);
        threads.todo.push_back(instruction.other);
        break;
      case Op::LineStart:
        if (at_start) threads.todo.push_back(instruction.next);
        break;
      case Op::LineEnd:
        if (at_end) threads.todo.push_back(instruction.next);
        break;
    }
  }
}

std::optional<std::size_t> Pattern::LongestFrom(std::string_view text, std::size_t from) const {
  Threads now(program_.size());
  Threads then(program_.size());
  std::optional<std::size_t> longest;
  Add(now, start_, from == 0, from == text.size());
  for (std::size_t at = from;; ++at) {
    if (now.matched) longest = at;
    if (at == text.size() || now.alive.empty()) return longest;
    const auto byte = static_cast<unsigned char>(text[at]);
    for (const std::uint32_t thread : now.alive) {
      const Instruction& instruction = program_[thread];
      if (sets_[instruction.set][byte]) {
        Add(then, instruction.next, false, at + 1 == text.size());
      }
    }
    std::swap(now, then);
    then.Clear();
  }
}

bool Pattern::Matches(std::string_view text) const {
  return LongestFrom(text, 0) == std::optional(text.size());
}

std::string Pattern::Replace(std::string_view text, std::string_view by) const {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = LongestFrom(text, at);
    if (end && *end > at) {
      out += by;
      at = *end;
    } else {
      if (at < text.size()) out += text[at];
      ++at;
    }
  }
  return out;
}

}  // namespace yizhan::r4
