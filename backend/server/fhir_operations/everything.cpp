#include <algorithm>
#include <charconv>
#include <set>

#include "backend/fhir/resources.h"
#include "backend/r4/definitions.h"
#include "backend/r4/select.h"
#include "backend/server/fhir_operations/operation.h"
#include "backend/server/fhir_presentation.h"
#include "backend/server/searchset_writer.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using store::StoredResource;

constexpr std::size_t kUsualPage = 100;
constexpr std::size_t kMaxPage = 1000;

/// What is asked for.
struct Asked {
  std::set<std::string, std::less<>> types;  ///< Empty: all.
  std::string start, end, since;
  std::size_t count = kUsualPage;
  std::size_t step = 0;  ///< Where the page before ended...
  std::string cursor;    ///< ... and where in that step.
  Presentation presentation;
  store::SearchParameters used;  ///< For the links.
};

/// One way in which resources belong to the patient. The first step is the patient, with no
/// parameter.
struct Step {
  std::string_view type;
  std::string_view param;
};

/// All of R4's patient compartment, in an order that stays.
const std::vector<Step>& Steps() {
  static const std::vector<Step> steps = [] {
    std::vector<Step> all = {{"Patient", ""}};
    for (const std::string_view type : r4::ResourceTypes()) {
      for (const std::string_view param : r4::PatientCompartment(type))
        all.push_back({type, param});
    }
    return all;
  }();
  return steps;
}

bool TakeNumber(std::string_view text, std::size_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

Status TakeParameter(const std::string& name, const std::string& value, Asked& asked) {
  if (name == "_type") {
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      asked.types.emplace(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  } else if (name == "start") {
    asked.start = value;
  } else if (name == "end") {
    asked.end = value;
  } else if (name == "_since") {
    asked.since = value;
  } else if (name == "_count") {
    if (!TakeNumber(value, asked.count)) return Fail(ErrorCode::BadData, "_count is no number");
    asked.count = std::clamp<std::size_t>(asked.count, 1, kMaxPage);
  } else if (name == "_cursor") {
    const std::size_t dot = std::min(value.find('.'), value.size());
    const bool is_ours = TakeNumber(std::string_view(value).substr(0, dot), asked.step) &&
                         dot < value.size() && asked.step < Steps().size();
    if (!is_ours) return Fail(ErrorCode::BadData, "_cursor is not from a link of this server");
    asked.cursor = value.substr(dot + 1);
    return {};
  } else {
    return {};
  }
  asked.used.emplace_back(name, value);
  return {};
}

Result<Asked> Understand(const FhirRequest& request) {
  Result<store::SearchParameters> parameters = store::ParseQueryString(request.query);
  if (!parameters) return tl::unexpected<Error>(parameters.error());
  for (const Json& parameter : request.body["parameter"].Items()) {
    for (const Json::Member& member : parameter.Members()) {
      if (!member.first.starts_with("value")) continue;
      const std::string& number = member.second.AsNumberText();
      parameters->emplace_back(parameter["name"].AsString(),
                               number.empty() ? member.second.AsString() : number);
    }
  }
  Result<Presentation> presentation = TakePresentation(*parameters);
  if (!presentation) return tl::unexpected<Error>(presentation.error());
  Asked asked;
  asked.presentation = std::move(*presentation);
  for (const auto& [name, value] : *parameters) {
    if (Status taken = TakeParameter(name, value, asked); !taken) {
      return tl::unexpected<Error>(taken.error());
    }
  }
  asked.used.insert(asked.used.end(), asked.presentation.given.begin(),
                    asked.presentation.given.end());
  return asked;
}

/// Everything about one patient, page by page, without remembering anything between the pages.
class Everything {
 public:
  Everything(const OperationCall& call, Asked asked)
      : call_(call), asked_(std::move(asked)), patient_("Patient/" + call.id) {}

  Result<std::string> Page() {
    SearchsetWriter writer(call_.request.base, asked_.presentation);
    if (Status filled = Fill(); !filled) return tl::unexpected<Error>(filled.error());
    if (Status added = AddReferenced(); !added) return tl::unexpected<Error>(added.error());
    const std::string address = call_.request.base + '/' + patient_ + "/$everything";
    store::SearchParameters here = asked_.used;
    writer.Link("self", address, here);
    if (!next_.empty()) {
      here.emplace_back("_cursor", next_);
      writer.Link("next", address, here);
    }
    for (const StoredResource& one : matches_) writer.Entry(one, "match");
    for (const StoredResource& one : referenced_) writer.Entry(one, "include");
    if (is_partial_) writer.Remark("resources of types that are not allowed were left out");
    return writer.Finish(std::nullopt);
  }

 private:
  Status Fill() {
    for (std::size_t i = asked_.step; i < Steps().size(); ++i) {
      std::string cursor = i == asked_.step ? asked_.cursor : "";
      do {
        if (matches_.size() >= asked_.count) {
          next_ = std::to_string(i) + '.' + cursor;
          return {};
        }
        if (Status taken = Take(i, cursor); !taken) return taken;
      } while (!cursor.empty());
    }
    return {};
  }

  /// Takes what fits from one step; `cursor` is where to go on in it, "" when it is done.
  Status Take(std::size_t index, std::string& cursor) {
    const Step& step = Steps()[index];
    const std::string from = std::exchange(cursor, "");
    if (!asked_.types.empty() && !asked_.types.contains(step.type)) return {};
    if (!call_.request.May(Interaction::Search, step.type)) {
      is_partial_ = true;
      return {};
    }
    const auto query = QueryFor(step, from);
    if (!query)
      return query.error().code == ErrorCode::NotFound ? Status() : tl::unexpected(query.error());
    Result<store::SearchResult> found = call_.store.Search(*query);
    if (!found) return tl::unexpected<Error>(found.error());
    for (StoredResource& match : found->matches) {
      if (IsTaken(match, index)) continue;
      seen_.insert(match.type + '/' + match.id);
      matches_.push_back(std::move(match));
    }
    cursor = found->next_cursor;
    return {};
  }

  /// NotFound: this server cannot search in that way, so there is nothing to find.
  Result<store::SearchQuery> QueryFor(const Step& step, const std::string& cursor) const {
    store::SearchParameters parameters;
    if (step.param.empty()) {
      parameters.emplace_back("_id", call_.id);
    } else if (r4::FindParam(step.type, step.param) == nullptr) {
      return Fail(ErrorCode::NotFound, "no such parameter");
    } else {
      parameters.emplace_back(step.param, patient_);
    }
    parameters.emplace_back("_count", std::to_string(asked_.count - matches_.size()));
    if (!asked_.since.empty()) parameters.emplace_back("_lastUpdated", "ge" + asked_.since);
    const r4::SearchParam* date = r4::FindParam(step.type, "date");
    if (date != nullptr && date->kind == r4::ParamKind::Date) {
      if (!asked_.start.empty()) parameters.emplace_back("date", "ge" + asked_.start);
      if (!asked_.end.empty()) parameters.emplace_back("date", "le" + asked_.end);
    }
    if (!cursor.empty()) parameters.emplace_back("_cursor", cursor);
    return store::ParseSearch(std::string(step.type), parameters, call_.hospital.Options().zone,
                              store::Handling::Strict);
  }

  /// True when an earlier step has told it: on this page, or, as its references show, before.
  bool IsTaken(const StoredResource& match, std::size_t index) const {
    if (seen_.contains(match.type + '/' + match.id)) return true;
    if (match.type == "Patient" && match.id == call_.id) return index > 0;
    const Result<Json> resource = Json::Parse(match.text);
    if (!resource) return false;
    for (std::size_t i = index; i > 0 && Steps()[i - 1].type == match.type; --i) {
      const r4::SearchParam* param = r4::FindParam(match.type, Steps()[i - 1].param);
      if (param != nullptr && PointsHere(*resource, *param)) return true;
    }
    return false;
  }

  bool PointsHere(const Json& resource, const r4::SearchParam& param) const {
    return std::ranges::any_of(r4::Select(resource, param), [&](const r4::Selected& selected) {
      const auto target = fhir::ParseReference((*selected.value)["reference"].AsString());
      return target && target->type == "Patient" && target->id == call_.id;
    });
  }

  /// Practitioners, places, medicines: what belongs to no patient, but is spoken of.
  Status AddReferenced() {
    std::set<std::string> wanted;
    for (const StoredResource& match : matches_) {
      const Result<Json> resource = Json::Parse(match.text);
      if (resource) Collect(*resource, wanted);
    }
    for (const std::string& name : wanted) {
      if (referenced_.size() >= kMaxPage) return {};
      const fhir::Target target = *fhir::ParseReference(name);
      if (!call_.request.May(Interaction::Read, target.type)) {
        is_partial_ = true;
        continue;
      }
      Result<StoredResource> stored = call_.store.Read(target.type, target.id);
      if (stored && !stored->deleted) referenced_.push_back(std::move(*stored));
      if (!stored && stored.error().code != ErrorCode::NotFound) {
        return tl::unexpected<Error>(stored.error());
      }
    }
    return {};
  }

  void Collect(const Json& value, std::set<std::string>& wanted) const {
    for (const Json& item : value.Items()) Collect(item, wanted);
    for (const Json::Member& member : value.Members()) {
      if (member.first == "reference") {
        const auto target = fhir::ParseReference(member.second.AsString());
        const bool is_outside = target && IsType(target->type) && target->type != "Patient" &&
                                r4::PatientCompartment(target->type).empty();
        if (is_outside && (asked_.types.empty() || asked_.types.contains(target->type))) {
          wanted.insert(target->type + '/' + target->id);
        }
      } else {
        Collect(member.second, wanted);
      }
    }
  }

  const OperationCall& call_;
  const Asked asked_;
  const std::string patient_;
  std::vector<StoredResource> matches_;
  std::vector<StoredResource> referenced_;
  std::set<std::string> seen_;
  std::string next_;
  bool is_partial_ = false;
};

FhirAnswer Run(const OperationCall& call) {
  if (!call.request.May(Interaction::Read, "Patient")) return Forbidden("Patient");
  const Result<StoredResource> patient = call.store.Read("Patient", call.id);
  if (!patient) return Failure(patient.error());
  if (patient->deleted) return Refusal(410, "deleted", "Patient was deleted");
  Result<Asked> asked = Understand(call.request);
  if (!asked) return Failure(asked.error());
  Result<std::string> page = Everything(call, std::move(*asked)).Page();
  if (!page) return Failure(page.error());
  FhirAnswer answer;
  answer.body = std::move(*page);
  return answer;
}

Json Parameters() {
  const auto in = [](const char* name, const char* most, const char* type,
                     const char* documentation) {
    return OperationParameter(name, "in", 0, most, type, documentation);
  };
  return Json::Array({in("start", "1", "date", "Care that took place at that date or later"),
                      in("end", "1", "date", "Care that took place at that date or before"),
                      in("_since", "1", "instant", "Only what was stored since then"),
                      in("_type", "*", "code", "Only resources of these types"),
                      in("_count", "1", "integer", "Resources on a page"),
                      OperationParameter("return", "out", 1, "1", "Bundle", "A searchset")});
}

}  // namespace

const Operation kEverything = {
    .name = "everything",
    .title = "Everything",
    .description = "All that is known about a patient, and what it refers to",
    .type = "Patient",
    .standard = "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    .on_type = false,
    .on_instance = true,
    .affects_state = false,
    .run = Run,
    .parameters = Parameters};

}  // namespace yizhan::server
