// The guide sheet on the wire.
#include "backend/hospital/guide/guide_sheet.h"

namespace yizhan::hospital {
namespace {

using domain::GuideKind;
using domain::LocalText;
using fhir::Json;

const char* NameOf(GuideKind kind) {
  switch (kind) {
    case GuideKind::Visit: return "visit";
    case GuideKind::Pay: return "pay";
    case GuideKind::Draw: return "draw";
    case GuideKind::Exam: return "exam";
    case GuideKind::Meal: return "meal";
    case GuideKind::Report: return "report";
    case GuideKind::Return: return "return";
    case GuideKind::Pharmacy: return "pharmacy";
  }
  return "";
}

const char* NameOf(domain::GuideState state) {
  switch (state) {
    case domain::GuideState::Done: return "done";
    case domain::GuideState::Waiting: return "waiting";
    case domain::GuideState::Next: return "next";
    case domain::GuideState::Later: return "later";
  }
  return "";
}

void AddPart(Json& parts, const std::string& name, const char* member, Json value) {
  parts.Append(Json::Object({{"name", Json::String(name)}, {member, std::move(value)}}));
}

void AddText(Json& parts, const std::string& name, const LocalText& value) {
  if (!value.zh.empty()) AddPart(parts, name, "valueString", Json::String(value.zh));
  if (!value.en.empty()) AddPart(parts, name + "-en", "valueString", Json::String(value.en));
}

}  // namespace

Json ToParameters(const std::vector<GuideLine>& lines,
                  const std::optional<domain::CheckUpToday>& check_up) {
  Json body = Json::Object({{"resourceType", Json::String("Parameters")}});
  int order = 0;
  for (const GuideLine& line : lines) {
    Json parts = Json::Array();
    const auto part = [&](const char* name, const char* member, Json value) {
      AddPart(parts, name, member, std::move(value));
    };
    const auto text = [&](const char* name, const LocalText& value) {
      AddText(parts, name, value);
    };
    part("order", "valueInteger", Json::Integer(++order));
    part("kind", "valueCode", Json::String(NameOf(line.step.kind)));
    part("state", "valueCode", Json::String(NameOf(line.step.state)));
    text("what", line.what);
    text("where", line.where);
    text("note", line.note);
    if (line.ahead) part("ahead", "valueInteger", Json::Integer(*line.ahead));
    for (const std::string& number : line.order_numbers) {
      part("order-number", "valueString", Json::String(number));
    }
    if (!line.focus.empty()) {
      part("focus", "valueReference", Json::Object({{"reference", Json::String(line.focus)}}));
    }
    Json step = Json::Object({{"name", Json::String("step")}, {"part", std::move(parts)}});
    Json all = body["parameter"].IsNull() ? Json::Array() : body["parameter"];
    all.Append(std::move(step));
    body.Set("parameter", std::move(all));
  }
  if (check_up) {
    Json parts = Json::Array();
    AddText(parts, "package", check_up->package);
    AddText(parts, "payer", check_up->payer);
    Json one = Json::Object({{"name", Json::String("check-up")}, {"part", std::move(parts)}});
    Json all = body["parameter"].IsNull() ? Json::Array() : body["parameter"];
    all.Append(std::move(one));
    body.Set("parameter", std::move(all));
  }
  return body;
}

}  // namespace yizhan::hospital
