#include "backend/security/devices.h"

#include <algorithm>

#include "backend/security/base64url.h"
#include "base/crypto.h"

namespace yizhan::security {
namespace {

using fhir::Json;

constexpr const char* kKind = "device";
constexpr const char* kCodeKind = "enrolment";
/// No letter that looks like another one: the code is read aloud and typed.
constexpr std::string_view kCodeAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
constexpr std::size_t kCodeLetters = 8;
constexpr std::size_t kMaxCertificates = 4;
constexpr const char* kScreenRole = "screen";
constexpr char kKeySeparator = ':';
constexpr std::chrono::days kScreenKeyLife{365 * 2};

Json ToJson(const Device& device) {
  Json certificates = Json::Array();
  for (const DeviceCertificate& one : device.certificates) {
    certificates.Append(Json::Object({{"fingerprint", Json::String(one.fingerprint)},
                                      {"enrolled", Json::String(ToInstant(one.enrolled))},
                                      {"notAfter", Json::String(ToInstant(one.not_after))},
                                      {"revoked", Json::Boolean(one.revoked)},
                                      {"used", Json::Boolean(one.used)}}));
  }
  return Json::Object(
      {{"role", Json::String(device.role)}, {"certificates", std::move(certificates)}});
}

std::optional<Device> DeviceFrom(const std::string& name, const std::string& text) {
  const Result<Json> json = Json::Parse(text);
  if (!json) return std::nullopt;
  Device device{name, (*json)["role"].AsString(), {}};
  for (const Json& one : (*json)["certificates"].Items()) {
    device.certificates.push_back({one["fingerprint"].AsString(),
                                   ParseInstant(one["enrolled"].AsString()).value_or(WallTime{}),
                                   ParseInstant(one["notAfter"].AsString()).value_or(WallTime{}),
                                   one["revoked"].AsBoolean(), one["used"].AsBoolean()});
  }
  return device;
}

Status CheckName(const std::string& name, const std::string& role) {
  const bool is_good = !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  if (!is_good) return Fail(ErrorCode::BadData, "device must be 1 to 40 letters, digits or -_.");
  if (FindRole(role, true) != nullptr) return {};
  return Fail(ErrorCode::BadData, "role must be of: " + RoleNames(true));
}

/// As typed -> as stored: without the dash, in capitals.
std::string CodeKey(std::string_view typed) {
  std::string letters;
  for (char c : typed.substr(0, 32)) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (kCodeAlphabet.find(c) != std::string_view::npos) letters += c;
  }
  return ToHex(Sha256(AsBytes(letters)));
}

std::string RandomCode() {
  std::string code;
  while (code.size() < kCodeLetters) {
    const std::uint8_t byte = RandomBytes(1)[0];
    // Only whole rounds of the alphabet: otherwise some letters would be likelier.
    if (byte < 256 / kCodeAlphabet.size() * kCodeAlphabet.size()) {
      code += kCodeAlphabet[byte % kCodeAlphabet.size()];
    }
  }
  return code;
}

/// Takes the device from the store, or a new one.
Result<Device> Stored(RecordChanges& changes, const std::string& name) {
  const auto text = changes.Find(kKind, name);
  if (!text) return tl::unexpected<Error>(text.error());
  if (!*text) return Device{name, "", {}};
  std::optional<Device> device = DeviceFrom(name, **text);
  if (!device) return Fail(ErrorCode::Internal, "a record is broken");
  return *device;
}

}  // namespace

Result<EnrolmentCode> Devices::MakeCode(const std::string& name, const std::string& role,
                                        std::chrono::minutes life, const Accounts::Author& by) {
  if (Status good = CheckName(name, role); !good) return tl::unexpected<Error>(good.error());
  if (authority_ == nullptr) return Fail(ErrorCode::Refused, "this server has no CA of its own");
  if (life < std::chrono::minutes(1) || life > std::chrono::hours(24)) {
    return Fail(ErrorCode::BadData, "a code lives 1 minute to 24 hours");
  }
  const std::string code = RandomCode();
  EnrolmentCode made{code.substr(0, 4) + '-' + code.substr(4), clock_.Now() + life};
  const Json kept = Json::Object({{"name", Json::String(name)}, {"role", Json::String(role)}});
  const Status written = records_.Write([&](RecordChanges& changes) -> Status {
    Status put = changes.Put({kCodeKind, CodeKey(code), kept.Write(), made.expires});
    if (!put) return put;
    return changes.Audit(ToAuditEvent(ActOf("enrol-code", by, name, clock_.Now())));
  });
  if (!written) return tl::unexpected<Error>(written.error());
  return made;
}

Status Devices::Keep(const std::string& name, const std::string& role,
                     const Certificate& certificate, const Accounts::Author& by,
                     const std::string& used_code) {
  return records_.Write([&](RecordChanges& changes) -> Status {
    if (!used_code.empty()) {
      const auto code = changes.Find(kCodeKind, used_code);
      if (!code) return tl::unexpected<Error>(code.error());
      if (!*code) return Fail(ErrorCode::Refused, "the code is used");
      if (Status gone = changes.Remove(kCodeKind, used_code); !gone) return gone;
    }
    Result<Device> device = Stored(changes, name);
    if (!device) return tl::unexpected<Error>(device.error());
    device->role = role;
    std::vector<DeviceCertificate>& all = device->certificates;
    std::erase_if(all, [&](const DeviceCertificate& one) {
      return one.fingerprint == certificate.fingerprint;
    });
    all.push_back({certificate.fingerprint, clock_.Now(), certificate.not_after, false, false});
    // What is dropped here is unknown from now on, which refuses it as well.
    if (all.size() > kMaxCertificates) all.erase(all.begin());
    Status put = changes.Put({kKind, name, ToJson(*device).Write(), std::nullopt});
    if (!put) return put;
    return changes.Audit(ToAuditEvent(ActOf("enrol", by, name, clock_.Now())));
  });
}

/// What a code promises.
struct Devices::Promised {
  std::string key;
  std::string name;
  std::string role;
};

Checked<Devices::Promised> Devices::FindCode(const std::string& code) {
  const std::string key = CodeKey(code);
  const auto text = records_.FindNow(kCodeKind, key);
  if (!text) return Refuse(Reason::Unavailable, text.error().detail);
  if (!*text) return Refuse(Reason::CodeInvalid);
  const Result<Json> kept = Json::Parse(**text);
  if (!kept) return Refuse(Reason::CodeInvalid);
  return Promised{key, (*kept)["name"].AsString(), (*kept)["role"].AsString()};
}

Checked<Certificate> Devices::EnrolByCode(const std::string& code, const std::string& request_pem,
                                          const std::string& address) {
  if (authority_ == nullptr) return Refuse(Reason::NotConfigured);
  const Checked<Promised> promised = FindCode(code);
  if (!promised) return tl::unexpected<Refusal>(promised.error());
  Checked<Certificate> certificate = authority_->SignDevice(request_pem, promised->name);
  if (!certificate) return certificate;
  const Status known = Keep(promised->name, promised->role, *certificate,
                            {ActorKind::Device, promised->name, address}, promised->key);
  if (known) return certificate;
  if (known.error().code == ErrorCode::Refused) {
    return Refuse(Reason::CodeInvalid, "", promised->name);
  }
  return Refuse(Reason::Unavailable, known.error().detail);
}

Checked<std::string> Devices::PairScreen(const std::string& code, const std::string& address) {
  const Checked<Promised> promised = FindCode(code);
  if (!promised) return tl::unexpected<Refusal>(promised.error());
  // A key in a cookie is good enough for what hangs in the hall, and for nothing else.
  if (promised->role != kScreenRole) return Refuse(Reason::CodeInvalid, "", promised->name);
  const std::string key = promised->name + kKeySeparator + ToBase64Url(RandomBytes(32));
  Certificate as_certificate;
  as_certificate.fingerprint = ToHex(Sha256(AsBytes(key)));
  as_certificate.name = promised->name;
  as_certificate.not_after = clock_.Now() + kScreenKeyLife;
  const Status known = Keep(promised->name, promised->role, as_certificate,
                            {ActorKind::Device, promised->name, address}, promised->key);
  if (known) return key;
  if (known.error().code == ErrorCode::Refused) {
    return Refuse(Reason::CodeInvalid, "", promised->name);
  }
  return Refuse(Reason::Unavailable, known.error().detail);
}

Checked<Principal> Devices::CheckScreen(const std::string& key) {
  const std::size_t end = key.find(kKeySeparator);
  if (end == std::string::npos || key.size() > 128) return Refuse(Reason::UnknownDevice);
  Checked<Principal> screen = Check(key.substr(0, end), ToHex(Sha256(AsBytes(key))));
  // A device that has become something else since.
  const bool is_screen = screen && screen->roles == std::vector<std::string>{kScreenRole};
  if (screen && !is_screen) return Refuse(Reason::UnknownDevice, "", screen->id);
  return screen;
}

Result<Certificate> Devices::EnrolByRequest(const std::string& name, const std::string& role,
                                            const std::string& request_pem,
                                            const Accounts::Author& by) {
  if (Status good = CheckName(name, role); !good) return tl::unexpected<Error>(good.error());
  if (authority_ == nullptr) return Fail(ErrorCode::Refused, "this server has no CA of its own");
  Checked<Certificate> certificate = authority_->SignDevice(request_pem, name);
  if (!certificate) {
    return Fail(ErrorCode::BadData, "certificate request " + certificate.error().detail);
  }
  if (Status known = Keep(name, role, *certificate, by, ""); !known) {
    return tl::unexpected<Error>(known.error());
  }
  return std::move(*certificate);
}

Status Devices::Register(const std::string& name, const std::string& role,
                         const std::string& certificate_pem, const Accounts::Author& by) {
  if (Status good = CheckName(name, role); !good) return good;
  const Result<Certificate> certificate = ReadCertificatePem(certificate_pem);
  if (!certificate) return tl::unexpected<Error>(certificate.error());
  if (certificate->name != name) {
    return Fail(ErrorCode::BadData, "the certificate's common name is another");
  }
  return Keep(name, role, *certificate, by, "");
}

Status Devices::Revoke(const std::string& name, const Accounts::Author& by) {
  return records_.Write([&](RecordChanges& changes) -> Status {
    Result<Device> device = Stored(changes, name);
    if (!device) return tl::unexpected<Error>(device.error());
    if (device->certificates.empty()) return Fail(ErrorCode::NotFound, "there is no such device");
    for (DeviceCertificate& one : device->certificates) one.revoked = true;
    Status put = changes.Put({kKind, name, ToJson(*device).Write(), std::nullopt});
    if (!put) return put;
    return changes.Audit(ToAuditEvent(ActOf("revoke", by, name, clock_.Now())));
  });
}

Result<std::vector<Device>> Devices::List() { return records_.AllAs(kKind, DeviceFrom); }

Checked<Principal> Devices::Check(const std::string& name, const std::string& fingerprint) {
  const auto text = records_.Find(kKind, name);
  if (!text) return Refuse(Reason::Unavailable, text.error().detail);
  std::optional<Device> device;
  if (*text) device = DeviceFrom(name, **text);
  if (!device) return Refuse(Reason::UnknownDevice, "", name);
  const auto one =
      std::ranges::find(device->certificates, fingerprint, &DeviceCertificate::fingerprint);
  if (one == device->certificates.end()) return Refuse(Reason::UnknownDevice, "", name);
  if (one->revoked) return Refuse(Reason::DeviceRevoked, "", name);
  // Also on a connection that was opened while it was still good.
  if (clock_.Now() >= one->not_after) return Refuse(Reason::DeviceExpired, "", name);
  if (!one->used) MarkUsed(name, fingerprint);
  Principal principal;
  principal.kind = PrincipalKind::Device;
  principal.id = name;
  principal.AddRole(device->role, true);
  return principal;
}

void Devices::MarkUsed(const std::string& name, const std::string& fingerprint) {
  // Not written: the older certificates go on working until the next request.
  static_cast<void>(records_.Write([&](RecordChanges& changes) -> Status {
    Result<Device> device = Stored(changes, name);
    if (!device) return tl::unexpected<Error>(device.error());
    auto& all = device->certificates;
    const auto one = std::ranges::find(all, fingerprint, &DeviceCertificate::fingerprint);
    if (one == all.end() || one->used) return {};
    one->used = true;
    for (auto older = all.begin(); older != one; ++older) older->revoked = true;
    return changes.Put({kKind, name, ToJson(*device).Write(), std::nullopt});
  }));
}

}  // namespace yizhan::security
