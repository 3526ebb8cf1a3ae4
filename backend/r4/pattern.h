#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yizhan::r4 {

/// A regular expression as the definitions use them: classes, groups, alternatives, counted
/// repetition, ^ and $. Matched without backtracking, so that no text can make it slow: time is
/// the text's length times the pattern's size. Immutable.
class Pattern {
 public:
  /// Nothing: the text is no pattern of this kind, or repeats more than the bounds allow.
  [[nodiscard]] static std::optional<Pattern> Compile(std::string_view text);

  /// Whether the whole of `text` fits.
  [[nodiscard]] bool Matches(std::string_view text) const;
  /// `text` with every longest match from left to right replaced.
  [[nodiscard]] std::string Replace(std::string_view text, std::string_view by) const;

 private:
  friend class PatternCompiler;
  enum class Op : std::uint8_t { Byte, Split, LineStart, LineEnd, Match };
  struct Instruction {
    Op op = Op::Match;
    std::uint32_t set = 0;  ///< Byte: the index of the bytes it takes.
    std::uint32_t next = 0;
    std::uint32_t other = 0;  ///< Split: the second way.
  };
  struct Threads;

  void Add(Threads& threads, std::uint32_t at, bool at_start, bool at_end) const;
  /// The end of the longest match that begins at `from`; nothing if there is none.
  [[nodiscard]] std::optional<std::size_t> LongestFrom(std::string_view text,
                                                       std::size_t from) const;

  std::vector<std::bitset<256>> sets_;
  std::vector<Instruction> program_;
  std::uint32_t start_ = 0;
};

}  // namespace yizhan::r4
