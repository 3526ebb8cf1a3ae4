#include "backend/payment/signed_form.h"

#include <openssl/crypto.h>

#include "base/crypto.h"

namespace yizhan::payment {
namespace {

constexpr std::size_t kMostPairs = 64;
constexpr const char* kSign = "sign";

bool IsPlain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void Encode(std::string_view text, std::string& to) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (IsPlain(c)) {
      to += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    to += '%';
    to += kDigits[byte >> 4U];
    to += kDigits[byte & 0xFU];
  }
}

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool Decode(std::string_view text, std::string& to) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (!IsPlain(text[i])) return false;
      to += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = DigitOf(text[i + 1]);
    const int low = DigitOf(text[i + 2]);
    if (high < 0 || low < 0) return false;
    to += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

std::string Write(const Form& form) {
  std::string text;
  for (const auto& [key, value] : form) {
    if (key == kSign) continue;
    if (!text.empty()) text += '&';
    Encode(key, text);
    text += '=';
    Encode(value, text);
  }
  return text;
}

ByteView BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string Signature(std::string_view text, std::string_view key) {
  return ToHex(HmacSha256(BytesOf(key), BytesOf(text)));
}

}  // namespace

std::string WriteSigned(const Form& form, std::string_view key) {
  const std::string text = Write(form);
  return text + '&' + kSign + '=' + Signature(text, key);
}

Result<Form> ReadSigned(std::string_view text, std::string_view key) {
  Form form;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = pair.find('=');
    std::string name;
    std::string value;
    const bool good = equals != std::string_view::npos && form.size() < kMostPairs &&
                      Decode(pair.substr(0, equals), name) &&
                      Decode(pair.substr(equals + 1), value);
    if (!good || !form.emplace(std::move(name), std::move(value)).second) {
      return Fail(ErrorCode::BadData, "answer is no form");
    }
  }
  const std::string right = Signature(Write(form), key);
  const std::string told = ValueOf(form, kSign);
  // In constant time: the signature is not to be guessed byte by byte.
  if (told.size() != right.size() || CRYPTO_memcmp(told.data(), right.data(), right.size()) != 0) {
    return Fail(ErrorCode::BadData, "signature is wrong");
  }
  form.erase(kSign);
  return form;
}

std::string ValueOf(const Form& form, const std::string& key) {
  const auto found = form.find(key);
  return found == form.end() ? std::string() : found->second;
}

}  // namespace yizhan::payment
