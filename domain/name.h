#pragma once

#include <string>
#include <string_view>

namespace yizhan::domain {

/// The form of a person's name that may be shown in public or printed (domain.md 2.6, F44):
/// 王 -> 王; 张三 -> 张*; 张小三 -> 张*三; 欧阳小珊 -> 欧**珊; 买买提·艾力江 -> first and last
/// character of the whole with *** between; Latin "John Smith" -> J***. Counts code points, so rare
/// characters beyond U+FFFF are whole. Text that is no UTF-8, or empty, gives "*".
[[nodiscard]] std::string MaskName(std::string_view name);

/// The surname of a Chinese name, to be spoken: 张小三 -> 张, 欧阳小珊 -> 欧阳. "" for names of
/// other orders (买买提·艾力江, John Smith), and for a surname alone.
[[nodiscard]] std::string SurnameOf(std::string_view name);

}  // namespace yizhan::domain
