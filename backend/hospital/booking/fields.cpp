#include "backend/hospital/booking/fields.h"

#include "domain/money.h"

namespace yizhan::hospital {

using fhir::Json;

const Json& ExtensionOf(const Json& owner, std::string_view url) {
  static const Json null;
  for (const Json& extension : owner["extension"].Items()) {
    if (extension["url"].AsString() == url) return extension;
  }
  return null;
}

const std::string& WordOf(const Json& owner, std::string_view url) {
  const Json& extension = ExtensionOf(owner, url);
  return extension.Has("valueCode") ? extension["valueCode"].AsString()
                                    : extension["valueString"].AsString();
}

std::optional<WallTime> InstantOf(const Json& owner, std::string_view url) {
  return ParseInstant(ExtensionOf(owner, url)["valueInstant"].AsString());
}

std::int64_t MoneyOf(const Json& owner, std::string_view url) {
  const Json& money = ExtensionOf(owner, url)["valueMoney"];
  return domain::ParseYuan(money["value"].AsNumberText()).value_or(0);
}

void SetExtension(Json& owner, std::string_view url, std::string_view member, Json value) {
  std::vector<Json> extensions = owner["extension"].Items();
  std::erase_if(extensions, [&](const Json& one) { return one["url"].AsString() == url; });
  if (!value.IsNull()) {
    extensions.push_back(Json::Object(
        {{"url", Json::String(std::string(url))}, {std::string(member), std::move(value)}}));
  }
  if (extensions.empty()) {
    owner.Remove("extension");
  } else {
    owner.Set("extension", Json::Array(std::move(extensions)));
  }
}

void SetWord(Json& owner, std::string_view url, std::string_view member, const std::string& word) {
  SetExtension(owner, url, member, word.empty() ? Json() : Json::String(word));
}

void SetInstant(Json& owner, std::string_view url, std::optional<WallTime> time) {
  SetExtension(owner, url, "valueInstant", time ? Json::String(ToInstant(*time)) : Json());
}

void SetMoney(Json& owner, std::string_view url, std::int64_t amount_minor) {
  Json money;
  if (amount_minor != 0) {
    money = Json::Object({{"value", Json::Number(domain::ToDecimal(amount_minor))},
                          {"currency", Json::String("CNY")}});
  }
  SetExtension(owner, url, "valueMoney", std::move(money));
}

}  // namespace yizhan::hospital
