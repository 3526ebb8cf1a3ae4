#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace yizhan {

/// A text identifier that cannot be mixed up with another kind and cannot be streamed by accident
/// (no operator<<): ids are personal data. An empty id means "none".
template <typename Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}

  [[nodiscard]] const std::string& Value() const { return value_; }
  [[nodiscard]] bool Empty() const { return value_.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string value_;
};

}  // namespace yizhan

template <typename Tag>
struct std::hash<yizhan::Id<Tag>> {
  std::size_t operator()(const yizhan::Id<Tag>& id) const noexcept {
    return std::hash<std::string>()(id.Value());
  }
};
