#include "kiosk/session/session.h"

#include <algorithm>

#include "base/match.h"

namespace yizhan::session {
namespace {

using flows::Effects;
using flows::EndSession;
using flows::Moment;
using screens::Frame;
using std::chrono::milliseconds;

constexpr std::size_t kDirectoryRows = 8;

int Pages(std::size_t rows) {
  return std::max(1, static_cast<int>((rows + kDirectoryRows - 1) / kDirectoryRows));
}

}  // namespace

Session::Session(const flows::Terminal& terminal, Identity identity, Times times)
    : terminal_(terminal), identity_(std::move(identity)), times_(times) {}

Effects Session::Handle(const flows::Event& event, Moment now) {
  return std::visit(
      Match{
          [&](flows::ReaderReady) {
            reader_ready_ = true;
            if (Open() && card_deadline_) card_deadline_ = now.steady + times_.card_again;
            return Effects{};
          },
          [&](flows::ReaderGone) {
            reader_ready_ = false;
            take_card_ = false;
            if (Open()) card_deadline_ = now.steady + times_.reader_lost;
            return Effects{};
          },
          [&](const flows::CardPresented& presented) { return OnCard(presented.card, now); },
          [&](const flows::CardRefused& refused) { return OnCardRefused(refused.problem, now); },
          [&](flows::CardRemoved) { return OnCardRemoved(); },
          [&](const flows::HospitalReachable& state) {
            offline_ = !state.reachable;
            return Effects{};
          },
          [&](const flows::DirectoryLoaded& loaded) {
            directory_rows_ = loaded;
            directory_page_ = 1;
            return Effects{};
          },
          [&](const flows::StaffCallAnswered& answer) {
            staff_call_ = answer.reached ? Frame::StaffCall::Called : Frame::StaffCall::Failed;
            staff_call_until_ = now.steady + times_.staff_called;
            return Effects{};
          },
          [&](flows::StoreFailed) {
            store_failed_ = true;
            return End(EndSession::Reason::StoreFailed);
          },
          [&](flows::Tick) { return OnTick(now); },
          [&](flows::Touched) {
            // Under the warning only its own button counts: a sleeve must not keep a session open.
            if (!Warning(now)) last_touch_ = now.steady;
            return Effects{};
          },
          [&](const flows::Answered& answer) { return OnIntent(answer.intent, now); },
          [&](const flows::PaymentProgress& progress) {
            // Who pays with a telephone is there, too, and should read what became of it.
            if (progress.session == session_) last_touch_ = now.steady;
            return ToFlow(event, now);
          },
          [&](const auto&) { return ToFlow(event, now); },
      },
      event);
}

Effects Session::OnCard(const domain::PresentedCard& card, Moment now) {
  if (store_failed_) return {};
  if (Open()) {
    if (card == stay_->card) {
      card_deadline_.reset();
      return {};
    }
    Effects effects = End(EndSession::Reason::OtherCard);
    // The other person's session starts with a clean screen and the hospital's defaults.
    const Effects next = OnCard(card, now);
    effects.insert(effects.end(), next.begin(), next.end());
    return effects;
  }
  if (take_card_) return {};
  ++session_;
  last_touch_ = now.steady;
  card_problem_.reset();
  directory_.reset();
  stay_ = std::unique_ptr<Stay>(new Stay{flows::PatientFlow(terminal_, session_, card), card});
  return stay_->flow.Start();
}

Effects Session::OnCardRefused(domain::CardProblem problem, Moment now) {
  card_problem_ = problem;
  card_problem_until_ = now.steady + times_.card_message;
  return Open() ? End(EndSession::Reason::OtherCard) : Effects{};
}

Effects Session::OnCardRemoved() {
  Effects effects = Open() ? End(EndSession::Reason::CardRemoved) : Effects{};
  take_card_ = false;
  return effects;
}

Effects Session::OnTick(Moment now) {
  if (card_problem_ && now.steady >= card_problem_until_) card_problem_.reset();
  const bool answered =
      staff_call_ == Frame::StaffCall::Called || staff_call_ == Frame::StaffCall::Failed;
  if (answered && now.steady >= staff_call_until_) staff_call_ = Frame::StaffCall::Offered;
  if (Open()) {
    if (card_deadline_ && now.steady >= *card_deadline_) return End(EndSession::Reason::ReaderLost);
    if (now.steady - last_touch_ >= IdleLimit()) return End(EndSession::Reason::Idle);
    return ToFlow(flows::Tick{}, now);
  }
  if (now.steady - last_touch_ >= times_.public_page) {
    directory_.reset();
    language_ = domain::Language::ZhCn;
    text_size_ = screens::TextSize::Normal;
  }
  return {};
}

Effects Session::OnIntent(const screens::Intent& intent, Moment now) {
  if (Warning(now)) {
    if (std::holds_alternative<screens::Exit>(intent)) return End(EndSession::Reason::Exit);
    if (std::holds_alternative<screens::StayHere>(intent)) last_touch_ = now.steady;
    return {};
  }
  last_touch_ = now.steady;
  if (const auto* language = std::get_if<screens::SetLanguage>(&intent)) {
    language_ = language->language;
    return {};
  }
  if (const auto* size = std::get_if<screens::SetTextSize>(&intent)) {
    text_size_ = size->size;
    return {};
  }
  if (std::holds_alternative<screens::CallStaff>(intent)) return CallStaff(now);
  if (!Open()) return OnPublicIntent(intent);
  if (std::holds_alternative<screens::Exit>(intent)) return End(EndSession::Reason::Exit);
  return ToFlow(flows::Answered{intent}, now);
}

Effects Session::OnPublicIntent(const screens::Intent& intent) {
  if (const auto* open = std::get_if<screens::OpenDirectory>(&intent)) {
    directory_ = open->kind;
    directory_page_ = 1;
  } else if (const auto* turn = std::get_if<screens::TurnPage>(&intent)) {
    directory_page_ = std::max(1, turn->page);
  } else if (std::holds_alternative<screens::Back>(intent)) {
    directory_.reset();
  }
  return {};
}

Effects Session::CallStaff(Moment now) {
  if (staff_call_ != Frame::StaffCall::Offered) return {};
  staff_call_ = Frame::StaffCall::Calling;
  staff_call_until_ = now.steady + times_.staff_called;
  return {flows::CallForStaff{Open() ? session_ : 0}};
}

Effects Session::End(EndSession::Reason reason) {
  if (!Open()) return {};
  stay_.reset();
  card_deadline_.reset();
  directory_.reset();
  language_ = domain::Language::ZhCn;
  text_size_ = screens::TextSize::Normal;
  const bool card_lies_there =
      reason == EndSession::Reason::Exit || reason == EndSession::Reason::Idle;
  take_card_ = card_lies_there && reader_ready_;
  return {flows::AbandonPrint{session_}, EndSession{session_, reason}};
}

Effects Session::ToFlow(const flows::Event& event, Moment now) {
  return Open() ? stay_->flow.Handle(event, now, language_) : Effects{};
}

screens::Frame Session::View(Moment now) const {
  Frame frame;
  frame.page = CurrentPage();
  frame.hospital = identity_.hospital;
  frame.terminal = identity_.terminal.Value();
  frame.now = now.wall;
  frame.zone = terminal_.zone;
  frame.language = language_;
  frame.text_size = text_size_;
  frame.signed_in = Open();
  if (Open()) frame.masked_name = stay_->flow.MaskedName();
  frame.offline = offline_;
  frame.staff_call = staff_call_;
  frame.warning = Warning(now);
  return frame;
}

screens::Page Session::CurrentPage() const {
  if (store_failed_) {
    screens::TroubleModel trouble;
    trouble.what = screens::TroubleModel::What::StoreFailed;
    trouble.place = terminal_.triage_place;
    return trouble;
  }
  return Open() ? stay_->flow.Page() : PublicPage();
}

screens::Page Session::PublicPage() const {
  if (directory_ && !card_problem_) {
    const bool departments = *directory_ == screens::DirectoryModel::Kind::Departments;
    const auto& rows = departments ? directory_rows_.departments : directory_rows_.doctors;
    screens::DirectoryModel page;
    page.kind = *directory_;
    page.pages = Pages(rows.size());
    page.page = std::min(directory_page_, page.pages);
    const std::size_t first = static_cast<std::size_t>(page.page - 1) * kDirectoryRows;
    const std::size_t last = std::min(rows.size(), first + kDirectoryRows);
    for (std::size_t i = first; i < last; ++i) page.rows.push_back(rows[i]);
    return page;
  }
  screens::IdleModel idle;
  idle.reader =
      reader_ready_ ? screens::IdleModel::Reader::Ready : screens::IdleModel::Reader::Down;
  idle.card_problem = card_problem_;
  idle.take_card = take_card_;
  idle.has_directory = !directory_rows_.departments.empty();
  return idle;
}

milliseconds Session::IdleLimit() const {
  const auto* pay = Open() ? std::get_if<screens::PayModel>(&stay_->flow.Page()) : nullptr;
  const bool shows_code = pay && pay->state == screens::PayModel::State::Open;
  const milliseconds limit = shows_code ? std::max(times_.idle, times_.paying) : times_.idle;
  return text_size_ == screens::TextSize::Large ? limit * times_.large_text_factor : limit;
}

std::optional<screens::IdleWarning> Session::Warning(Moment now) const {
  if (!Open()) return std::nullopt;
  const auto left = last_touch_ + IdleLimit() - now.steady;
  if (left > times_.warning) return std::nullopt;
  screens::IdleWarning warning;
  warning.seconds_left = static_cast<int>(
      std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(left).count()));
  warning.seconds_total =
      static_cast<int>(std::chrono::ceil<std::chrono::seconds>(times_.warning).count());
  return warning;
}

std::optional<MonotonicTime> Session::NextDeadline(Moment now) const {
  std::optional<MonotonicTime> next;
  const auto consider = [&](MonotonicTime at) {
    if (!next || at < *next) next = at;
  };
  if (card_problem_) consider(card_problem_until_);
  if (staff_call_ == Frame::StaffCall::Called || staff_call_ == Frame::StaffCall::Failed) {
    consider(staff_call_until_);
  }
  if (card_deadline_) consider(*card_deadline_);
  if (Open()) {
    if (const auto due = stay_->flow.NextDeadline()) consider(*due);
    const MonotonicTime ends = last_touch_ + IdleLimit();
    const MonotonicTime warns = ends - times_.warning;
    consider(now.steady < warns ? warns : std::min(ends, now.steady + std::chrono::seconds(1)));
    return next;
  }
  const bool changed =
      directory_ || language_ != domain::Language::ZhCn || text_size_ != screens::TextSize::Normal;
  if (changed) consider(last_touch_ + times_.public_page);
  return next;
}

}  // namespace yizhan::session
