#include "backend/server/staff_api/staff_api.h"

#include <algorithm>

namespace yizhan::server {
namespace {

using security::Ability;

// In the order of the navigation; one a line, each with what it is called in Chinese.
constexpr StaffPage kPages[] = {
    {"desk", Ability::SeeDesk},               // 叫号
    {"triage", Ability::Triage},              // 分诊台
    {"guide", Ability::Guide},                // 导诊台
    {"draw", Ability::Draw},                  // 采血窗口
    {"exam", Ability::Examine},               // 检查室
    {"pharmacy", Ability::Dispense},          // 药房窗口
    {"stop", Ability::ManageBooking},         // 停诊与替诊
    {"waitlist", Ability::ManageBooking},     // 候补
    {"added", Ability::ManageBooking},        // 加号
    {"waivers", Ability::ManageBooking},      // 爽约与减免
    {"templates", Ability::ManageBooking},    // 出诊模板与节假日
    {"quotas", Ability::ManageBooking},       // 号源配额
    {"refunds", Ability::ManageBooking},      // 退款
    {"reports", Ability::ManageBooking},      // 预约统计
    {"rules", Ability::EditRules},            // 排队规则
    {"lab-tests", Ability::EditRules},        // 检验项目
    {"parked", Ability::Administer},          // 待处理
    {"accounts", Ability::Administer},        // 账号
    {"screen", Ability::SeeScreen},           // 候诊屏
    {"door", Ability::SeeScreen},             // 门口屏
    {"pharmacy-screen", Ability::SeeScreen},  // 药房屏
};

/// Every part's views.
using Views = std::span<const StaffView> (*)();
constexpr Views kViews[] = {
    PlacesViews,        //
    DeskViews,          //
    ScreenViews,        //
    TriageViews,        //
    GuideDeskViews,     //
    RulesViews,         //
    BookingDeskViews,   //
    QuotasViews,        //
    AccountsViews,      //
    DrawViews,          //
    ExamViews,          //
    PharmacyViews,      //
    AddedNumbersViews,  //
    WaiversViews,       //
    TemplatesViews,     //
    ReportsViews,       //
    LabTestsViews,      //
    ParkedViews,        //
};

/// Every part's acts.
using Acts = std::span<const StaffAct> (*)();
constexpr Acts kActs[] = {
    DeskActs,          //
    TriageActs,        //
    BroadcastActs,     //
    LateNoticeActs,    //
    GuideDeskActs,     //
    RulesActs,         //
    BookingDeskActs,   //
    QuotasActs,        //
    AccountsActs,      //
    DrawActs,          //
    ExamActs,          //
    PharmacyActs,      //
    AddedNumbersActs,  //
    WaiversActs,       //
    TemplatesActs,     //
    LabTestsActs,      //
    ParkedActs,        //
};

/// Of all lists, the one with that path.
template <typename Row, typename Lists>
const Row* Find(const Lists& lists, std::string_view path) {
  for (const auto& list : lists) {
    const std::span<const Row> rows = list();
    const auto row = std::ranges::find(rows, path, &Row::path);
    if (row != rows.end()) return &*row;
  }
  return nullptr;
}

}  // namespace

Query::Query(std::string_view text) {
  if (Result<store::SearchParameters> parameters = store::ParseQueryString(text)) {
    parameters_ = std::move(*parameters);
  }
}

const std::string& Query::operator[](std::string_view name) const {
  static const std::string kMissing;
  const auto found =
      std::ranges::find(parameters_, name, [](const auto& one) { return one.first; });
  return found == parameters_.end() ? kMissing : found->second;
}

const StaffView* FindView(std::string_view path) { return Find<StaffView>(kViews, path); }

const StaffAct* FindAct(std::string_view path) { return Find<StaffAct>(kActs, path); }

const StaffPage* FindPage(std::string_view name) {
  const auto* page = std::ranges::find(kPages, name, &StaffPage::name);
  return page == std::ranges::end(kPages) ? nullptr : page;
}

std::span<const StaffPage> Pages() { return kPages; }

}  // namespace yizhan::server
