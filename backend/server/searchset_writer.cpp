#include "backend/server/searchset_writer.h"

#include "backend/fhir/client.h"
#include "backend/fhir/resources.h"
#include "backend/server/fhir_request.h"

namespace yizhan::server {

void SearchsetWriter::Link(const char* relation, const std::string& address,
                           const store::SearchParameters& parameters) {
  links_ += links_.empty() ? "" : ",";
  links_ += std::string("{\"relation\":\"") + relation +
            "\",\"url\":" + Quoted(address + QueryText(parameters)) + '}';
}

void SearchsetWriter::Entry(const store::StoredResource& resource, const char* mode) {
  Begin();
  entries_ +=
      "{\"fullUrl\":" + Quoted(base_ + '/' + resource.type + '/' + resource.id) + ",\"resource\":";
  entries_ += presentation_.IsWhole() ? resource.text : Present(resource.text, presentation_);
  End(mode);
}

void SearchsetWriter::Remark(std::string_view diagnostics) {
  Begin();
  fhir::Json outcome = fhir::Outcome("suppressed", diagnostics);
  outcome.At("issue").MutableItems().at(0).Set("severity", fhir::Json::String("warning"));
  entries_ += "{\"resource\":" + outcome.Write();
  End("outcome");
}

void SearchsetWriter::End(const char* mode) {
  entries_ += std::string(",\"search\":{\"mode\":\"") + mode + "\"}}";
}

std::string SearchsetWriter::Finish(std::optional<std::int64_t> total) {
  std::string out = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"";
  if (total) out += ",\"total\":" + std::to_string(*total);
  out += ",\"link\":[" + links_ + ']';
  if (!entries_.empty()) out += ",\"entry\":[" + entries_ + ']';
  return out + '}';
}

std::string QueryText(const store::SearchParameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text += (text.empty() ? "?" : "&") + fhir::EncodeQuery(name) + '=' + fhir::EncodeQuery(value);
  }
  return text;
}

}  // namespace yizhan::server
