#include "backend/hospital/demo/people.h"

#include "base/clock.h"

namespace yizhan::hospital {
namespace {

constexpr const char* kSurnames[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴",
                                     "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗",
                                     "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧",
                                     "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕"};
constexpr const char* kDoubleSurnames[] = {"欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟"};
constexpr const char* kGiven[] = {"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇",
                                  "艳", "杰", "娟", "涛", "明", "超", "秀", "霞", "平", "刚", "桂",
                                  "英", "华", "慧", "建", "国", "志", "海", "文", "玉", "兰", "珊",
                                  "雪", "梅", "宇", "浩", "然", "子", "涵", "轩", "怡", "嘉", "欣"};
constexpr const char* kRareGiven[] = {"㛃", "䶮", "㼆", "𬱖", "𫍲", "䲜", "犇", "喆", "堃", "垚"};
constexpr const char* kDotted[] = {"买买提·艾力江", "阿依古丽·买买提", "古丽娜尔·吐尔逊",
                                   "扎西·顿珠",     "乌兰·巴特尔",     "艾山·托合提"};
constexpr const char* kLatin[] = {"John Smith",  "Maria Garcia", "Jean-Luc Moreau",
                                  "Anna Müller", "Ivan Petrov",  "Olga Ivanova"};
constexpr const char* kGolden[] = {"张小三", "张三",       "欧阳小珊", "买买提·艾力江", "𠮷田",
                                   "王㛃",   "John Smith", "王",       "李娜",          "赵强"};
constexpr const char* kRegions[] = {"110101", "310104", "440106", "510104", "330102",
                                    "420106", "610113", "650102", "540102", "210102"};

template <std::size_t N>
std::string PickOf(DemoRandom& random, const char* const (&items)[N]) {
  return random.Pick(std::span<const char* const>(items));
}

std::string MakeName(DemoRandom& random) {
  const std::size_t kind = random.Below(100);
  if (kind < 2) return PickOf(random, kDotted);
  if (kind < 4) return PickOf(random, kLatin);
  if (kind < 7) return PickOf(random, kSurnames) + PickOf(random, kRareGiven);
  if (kind < 8) return "𠮷" + PickOf(random, kGiven);
  if (kind < 12) {
    return PickOf(random, kDoubleSurnames) + PickOf(random, kGiven) + PickOf(random, kGiven);
  }
  const std::string two = PickOf(random, kSurnames) + PickOf(random, kGiven);
  return random.Chance(65) ? two + PickOf(random, kGiven) : two;
}

std::string Digits(std::size_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

}  // namespace

std::size_t DemoRandom::Below(std::size_t limit) {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t value = state_;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return (value ^ (value >> 31U)) % limit;
}

std::span<const char* const> GoldenNames() { return kGolden; }

char IdCheckDigit(const std::string& seventeen_digits) {
  static constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t i = 0; i < 17; ++i) sum += (seventeen_digits[i] - '0') * kWeights[i];
  return "10X98765432"[sum % 11];
}

DemoPerson MakePerson(DemoRandom& random, std::chrono::local_days today) {
  DemoPerson person;
  person.name = MakeName(random);
  person.male = random.Chance(50);
  person.birth_date = today - std::chrono::days(1 + random.Below(95 * 365));
  std::string id = PickOf(random, kRegions);
  for (const char c : ToDate(person.birth_date)) {
    if (c != '-') id += c;
  }
  // The last of the three serial digits is odd for men.
  id += Digits(random.Below(100), 2) + std::to_string(2 * random.Below(5) + (person.male ? 1 : 0));
  person.id_number = id + IdCheckDigit(id);
  person.phone = "139" + Digits(random.Below(100'000'000), 8);
  return person;
}

std::string MakeDoctorName(DemoRandom& random) {
  return PickOf(random, kSurnames) + PickOf(random, kGiven) +
         (random.Chance(70) ? PickOf(random, kGiven) : "");
}

}  // namespace yizhan::hospital
