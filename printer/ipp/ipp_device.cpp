#include "printer/ipp/ipp_device.h"

#include <cups/cups.h>

#include <array>
#include <atomic>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "base/crypto.h"
#include "printer/ipp/printer_words.h"

namespace yizhan::printer {
namespace {

using std::chrono::milliseconds;

constexpr const char* kUser = "kiosk";
constexpr std::size_t kChunk = 32 * 1024;
/// libcups asks that often whether it should go on waiting.
constexpr milliseconds kSlice{250};

struct CloseHttp {
  void operator()(http_t* http) const { httpClose(http); }
};
struct DeleteIpp {
  void operator()(ipp_t* message) const { ippDelete(message); }
};
using Message = std::unique_ptr<ipp_t, DeleteIpp>;

struct Address {
  std::string uri;  ///< As the printer is to be named in requests.
  std::string host;
  std::string resource;
  int port = 0;
  bool tls = false;
};

Result<Address> ParseAddress(const std::string& uri) {
  std::array<char, 32> scheme{};
  std::array<char, 256> user{};
  std::array<char, 256> host{};
  std::array<char, 1024> resource{};
  int port = 0;
  const auto status = httpSeparateURI(HTTP_URI_CODING_ALL, uri.c_str(), scheme.data(),
                                      scheme.size(), user.data(), user.size(), host.data(),
                                      host.size(), &port, resource.data(), resource.size());
  const std::string_view kind(scheme.data());
  if (status < HTTP_URI_STATUS_OK || (kind != "ipp" && kind != "ipps") || host[0] == '\0') {
    return Fail(ErrorCode::BadData, "printer address must be ipp://host/path or ipps://host/path");
  }
  return Address{.uri = uri,
                 .host = host.data(),
                 .resource = resource.data(),
                 .port = port,
                 .tls = kind == "ipps"};
}

bool IsDigest(const std::string& text) {
  const auto bytes = FromHex(text);
  return bytes && bytes->size() == sizeof(Sha256Digest);
}

void AddText(ipp_t* message, ipp_tag_t group, ipp_tag_t tag, const char* name,
             const std::string& value) {
  ippAddString(message, group, tag, name, nullptr, value.c_str());
}

/// The paper of exactly this size: a roll is cut where the text ends.
void AddMedia(ipp_t* message, const Document& document) {
  const Message size(ippNew());
  ippAddInteger(size.get(), IPP_TAG_JOB, IPP_TAG_INTEGER, "x-dimension",
                document.width_hundredths_mm);
  ippAddInteger(size.get(), IPP_TAG_JOB, IPP_TAG_INTEGER, "y-dimension",
                document.height_hundredths_mm);
  const Message media(ippNew());
  ippAddCollection(media.get(), IPP_TAG_JOB, "media-size", size.get());
  ippAddCollection(message, IPP_TAG_JOB, "media-col", media.get());
}

/// Passwords are never asked for: a printer that wants one is misconfigured.
const char* NoPassword(const char*, http_t*, const char*, const char*, void*) { return nullptr; }

class IppDevice final : public PrintDevice {
 public:
  IppDevice(Address address, IppOptions options)
      : address_(std::move(address)), options_(std::move(options)) {}

  Result<DeviceStatus> Status() override;
  Result<int> CreateJob(const std::string& name, const Document& document) override;
  yizhan::Status SendDocument(int job_id, const Document& document) override;
  Result<std::optional<JobStatus>> Job(int job_id) override;
  Result<std::optional<int>> FindJob(const std::string& name) override;
  yizhan::Status CancelJob(int job_id) override;
  void Cancel() noexcept override {
    cancelled_ = true;
    std::atomic_ref<int>(connect_cancelled_).store(1);
  }

 private:
  [[nodiscard]] Message Request(ipp_op_t operation) const;
  [[nodiscard]] yizhan::Status Connect();
  [[nodiscard]] yizhan::Status CheckCertificate();
  /// Sends a request without document. Any answer of the printer is a value.
  [[nodiscard]] Result<Message> Ask(Message request);
  [[nodiscard]] yizhan::Status SendBody(ipp_t* request, const Document& document);
  [[nodiscard]] Error Lost();
  static int KeepWaiting(http_t* http, void* self);

  const Address address_;
  const IppOptions options_;
  std::unique_ptr<http_t, CloseHttp> http_;
  std::atomic<bool> cancelled_ = false;
  int connect_cancelled_ = 0;  ///< libcups looks at it while it connects.
  int slices_left_ = 0;
};

int IppDevice::KeepWaiting(http_t*, void* self) {
  auto* device = static_cast<IppDevice*>(self);
  return !device->cancelled_ && --device->slices_left_ > 0 ? 1 : 0;
}

Message IppDevice::Request(ipp_op_t operation) const {
  Message request(ippNewRequest(operation));
  AddText(request.get(), IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", address_.uri);
  return request;
}

yizhan::Status IppDevice::Connect() {
  if (cancelled_) return Fail(ErrorCode::Cancelled, "printer: stopped");
  slices_left_ = static_cast<int>(options_.answer_timeout / kSlice);
  if (http_ != nullptr) return {};
  cupsSetUser(kUser);
  cupsSetPasswordCB2(NoPassword, nullptr);
  http_.reset(httpConnect2(address_.host.c_str(), address_.port, nullptr, AF_UNSPEC,
                           address_.tls ? HTTP_ENCRYPTION_ALWAYS : HTTP_ENCRYPTION_NEVER, 1,
                           static_cast<int>(options_.connect_timeout.count()),
                           &connect_cancelled_));
  if (http_ == nullptr) {
    return cancelled_ ? Fail(ErrorCode::Cancelled, "printer: stopped")
                      : Fail(ErrorCode::Unreachable, "printer: no connection");
  }
  httpSetTimeout(http_.get(), std::chrono::duration<double>(kSlice).count(), KeepWaiting, this);
  if (yizhan::Status known = CheckCertificate(); !known) {
    http_.reset();
    return known;
  }
  return {};
}

yizhan::Status IppDevice::CheckCertificate() {
  if (!address_.tls || options_.certificate_sha256.empty()) return {};
  cups_array_t* chain = nullptr;
  std::string digest;
  if (httpCopyCredentials(http_.get(), &chain) == 0) {
    const auto* leaf = static_cast<const http_credential_t*>(cupsArrayFirst(chain));
    if (leaf != nullptr) {
      digest = ToHex(Sha256({static_cast<const std::uint8_t*>(leaf->data), leaf->datalen}));
    }
  }
  httpFreeCredentials(chain);
  if (digest.empty() || FromHex(digest) != FromHex(options_.certificate_sha256)) {
    // Not Refused: nothing was said to it, and nothing may be.
    return Fail(ErrorCode::Unreachable, "printer: certificate is not the pinned one");
  }
  return {};
}

Error IppDevice::Lost() {
  http_.reset();
  if (cancelled_) return {ErrorCode::Cancelled, "printer: stopped"};
  return {ErrorCode::Timeout, "printer: no answer"};
}

Result<Message> IppDevice::Ask(Message request) {
  if (yizhan::Status connected = Connect(); !connected) {
    return tl::unexpected<Error>(connected.error());
  }
  Message answer(cupsDoRequest(http_.get(), request.release(), address_.resource.c_str()));
  if (answer == nullptr) return tl::unexpected<Error>(Lost());
  return answer;
}

Result<DeviceStatus> IppDevice::Status() {
  Message request = Request(IPP_OP_GET_PRINTER_ATTRIBUTES);
  const std::array<const char*, 3> wanted = {"printer-state", "printer-state-reasons",
                                             "printer-is-accepting-jobs"};
  ippAddStrings(request.get(), IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                static_cast<int>(wanted.size()), nullptr, wanted.data());
  const auto answer = Ask(std::move(request));
  if (!answer) {
    // Asking changes nothing: no answer is as good as no printer.
    const bool stopped = answer.error().code == ErrorCode::Cancelled;
    return Fail(stopped ? ErrorCode::Cancelled : ErrorCode::Unreachable, answer.error().detail);
  }
  if (ippGetStatusCode(answer->get()) > IPP_STATUS_OK_EVENTS_COMPLETE) {
    return Fail(ErrorCode::Unreachable, "printer: says nothing about itself");
  }
  return ReadDeviceStatus(answer->get());
}

Result<int> IppDevice::CreateJob(const std::string& name, const Document& document) {
  Message request = Request(IPP_OP_CREATE_JOB);
  AddText(request.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", kUser);
  AddText(request.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", name);
  AddMedia(request.get(), document);
  const auto answer = Ask(std::move(request));
  if (!answer) return tl::unexpected<Error>(answer.error());
  const ipp_status_t status = ippGetStatusCode(answer->get());
  if (status > IPP_STATUS_OK_EVENTS_COMPLETE) return tl::unexpected<Error>(RefusalOf(status));
  auto* job = ippFindAttribute(answer->get(), "job-id", IPP_TAG_INTEGER);
  if (job == nullptr || ippGetInteger(job, 0) <= 0) {
    return Fail(ErrorCode::Timeout, "printer: a job without an id");
  }
  return ippGetInteger(job, 0);
}

yizhan::Status IppDevice::SendBody(ipp_t* request, const Document& document) {
  const std::size_t length = ippLength(request) + document.pdf.size();
  if (cupsSendRequest(http_.get(), request, address_.resource.c_str(), length) !=
      HTTP_STATUS_CONTINUE) {
    return tl::unexpected<Error>(Lost());
  }
  for (std::size_t at = 0; at < document.pdf.size(); at += kChunk) {
    const std::size_t count = std::min(kChunk, document.pdf.size() - at);
    if (cancelled_ || cupsWriteRequestData(http_.get(), document.pdf.data() + at, count) !=
                          HTTP_STATUS_CONTINUE) {
      return tl::unexpected<Error>(Lost());
    }
  }
  const Message answer(cupsGetResponse(http_.get(), address_.resource.c_str()));
  if (answer == nullptr) return tl::unexpected<Error>(Lost());
  const ipp_status_t status = ippGetStatusCode(answer.get());
  if (status > IPP_STATUS_OK_EVENTS_COMPLETE) return tl::unexpected<Error>(RefusalOf(status));
  return {};
}

yizhan::Status IppDevice::SendDocument(int job_id, const Document& document) {
  if (yizhan::Status connected = Connect(); !connected) return connected;
  const Message request = Request(IPP_OP_SEND_DOCUMENT);
  ippAddInteger(request.get(), IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job_id);
  AddText(request.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", kUser);
  AddText(request.get(), IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", "application/pdf");
  ippAddBoolean(request.get(), IPP_TAG_OPERATION, "last-document", 1);
  return SendBody(request.get(), document);
}

Result<std::optional<JobStatus>> IppDevice::Job(int job_id) {
  Message request = Request(IPP_OP_GET_JOB_ATTRIBUTES);
  ippAddInteger(request.get(), IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job_id);
  AddText(request.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", kUser);
  const std::array<const char*, 4> wanted = {"job-name", "job-state", "job-state-reasons",
                                             "job-impressions-completed"};
  ippAddStrings(request.get(), IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                static_cast<int>(wanted.size()), nullptr, wanted.data());
  const auto answer = Ask(std::move(request));
  if (!answer) return tl::unexpected<Error>(answer.error());
  const ipp_status_t status = ippGetStatusCode(answer->get());
  if (status == IPP_STATUS_ERROR_NOT_FOUND || status == IPP_STATUS_ERROR_GONE) {
    return std::optional<JobStatus>();
  }
  // Any other refusal says nothing about the paper: ask again.
  if (status > IPP_STATUS_OK_EVENTS_COMPLETE) {
    return Fail(ErrorCode::Timeout, "printer: says nothing about the job");
  }
  return std::optional<JobStatus>(ReadJobStatus(answer->get()));
}

Result<std::optional<int>> IppDevice::FindJob(const std::string& name) {
  for (const char* which : {"not-completed", "completed"}) {
    Message request = Request(IPP_OP_GET_JOBS);
    AddText(request.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", kUser);
    AddText(request.get(), IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", which);
    const std::array<const char*, 2> wanted = {"job-id", "job-name"};
    ippAddStrings(request.get(), IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                  static_cast<int>(wanted.size()), nullptr, wanted.data());
    const auto answer = Ask(std::move(request));
    if (!answer) return tl::unexpected<Error>(answer.error());
    if (ippGetStatusCode(answer->get()) > IPP_STATUS_OK_EVENTS_COMPLETE) {
      return Fail(ErrorCode::Timeout, "printer: does not list its jobs");
    }
    if (const auto id = FindJobNamed(answer->get(), name)) return id;
  }
  return std::optional<int>();
}

yizhan::Status IppDevice::CancelJob(int job_id) {
  Message request = Request(IPP_OP_CANCEL_JOB);
  ippAddInteger(request.get(), IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job_id);
  AddText(request.get(), IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", kUser);
  const auto answer = Ask(std::move(request));
  if (!answer) return tl::unexpected<Error>(answer.error());
  const ipp_status_t status = ippGetStatusCode(answer->get());
  if (status > IPP_STATUS_OK_EVENTS_COMPLETE) return tl::unexpected<Error>(RefusalOf(status));
  return {};
}

}  // namespace

Result<std::unique_ptr<PrintDevice>> OpenIppDevice(const IppOptions& options) {
  auto address = ParseAddress(options.uri);
  if (!address) return tl::unexpected<Error>(address.error());
  if (!options.certificate_sha256.empty() &&
      (!address->tls || !IsDigest(options.certificate_sha256))) {
    return Fail(ErrorCode::BadData, "a pinned certificate needs ipps and a SHA-256 digest");
  }
  return std::unique_ptr<PrintDevice>(std::make_unique<IppDevice>(std::move(*address), options));
}

}  // namespace yizhan::printer
