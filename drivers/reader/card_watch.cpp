#include "drivers/reader/card_watch.h"

#include <algorithm>
#include <utility>

#include "base/crypto.h"
#include "base/match.h"
#include "drivers/cards/patient_card.h"
#include "drivers/reader/read_ndef.h"

namespace yizhan::drivers {
namespace {

using domain::CardProblem;
using std::chrono::milliseconds;

/// An empty field is looked at this often. A real chip waits for a card by itself for longer than
/// that; one that cannot does not cost the processor.
constexpr milliseconds kLookEvery{8};
/// A resting card is asked this often whether it is still there: its going is told within 300 ms.
constexpr milliseconds kAskEvery{60};
/// A card that could not be read is tried again this often while it rests.
constexpr milliseconds kReadAgainEvery{250};
/// A card at the edge of the field answers every second time.
constexpr int kReadAttempts = 3;
/// One that answers its name this often, and never a READ, while it rests for a second: it has
/// nothing but its UID.
constexpr int kSilentRounds = 4;
/// One lost frame is noise, the second in a row means that the chip is gone.
constexpr int kMostTimeouts = 2;
/// A reader that opens and fails at once, this often in a row, is not coming back by itself.
constexpr int kMostLosses = 4;
/// Noise may spoil one opening, too; but a card that may be gone is not kept for longer than this.
constexpr int kMostFailedOpens = 2;
constexpr milliseconds kMostUncertainty{300};

}  // namespace

CardWatch::CardWatch(CardPolicy policy, const Clock& clock,
                     std::function<void(const CardEvent&)> emit)
    : policy_(std::move(policy)), clock_(clock), emit_(std::move(emit)) {}

void CardWatch::Opened() { timeouts_ = 0; }

void CardWatch::Lost(const Error& error) {
  failed_opens_ = 0;
  lost_at_ = clock_.Monotonic();
  if (error.code == ErrorCode::Timeout || ++losses_ >= kMostLosses) Gone();
}

void CardWatch::OpenFailed() {
  if (++failed_opens_ >= kMostFailedOpens || clock_.Monotonic() - lost_at_ > kMostUncertainty) {
    Gone();
  }
}

void CardWatch::Gone() {
  Removed();
  if (std::exchange(ready_, false)) emit_(ReaderGone{});
}

/// What a reader reports proves that it works.
void CardWatch::Tell(const CardEvent& event) {
  if (!std::exchange(ready_, true)) emit_(ReaderReady{});
  emit_(event);
}

void CardWatch::Removed() {
  if (std::exchange(resting_, std::nullopt)) Tell(CardRemoved{});
}

Result<milliseconds> CardWatch::Turn(CardReader& reader) {
  const auto start = clock_.Monotonic();
  const bool had_card = resting_.has_value();
  const Status turn = had_card ? WatchResting(reader) : LookForCard(reader);
  if (!turn) {
    const bool silent = turn.error().code == ErrorCode::Timeout;
    if (!silent || ++timeouts_ >= kMostTimeouts) return tl::unexpected(turn.error());
    return milliseconds(0);
  }
  timeouts_ = 0;
  losses_ = 0;
  if (!std::exchange(ready_, true)) emit_(ReaderReady{});
  if (resting_) {
    return resting_->problem == CardProblem::Unreadable ? kReadAgainEvery : kAskEvery;
  }
  if (had_card) return milliseconds(0);  // The next card may be there already.
  const auto took = std::chrono::duration_cast<milliseconds>(clock_.Monotonic() - start);
  return std::max(kLookEvery - took, milliseconds(0));
}

Status CardWatch::LookForCard(CardReader& reader) {
  // The first look proves that the reader works: the patient must not wait for that.
  auto found = ready_ ? reader.Await() : reader.Select();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return {};
  FoundCard& card = **found;
  const auto event = Judge(reader, card);
  if (!event) return tl::unexpected(event.error());
  Report(card, *event);
  return {};
}

/// Reads and judges the selected card, again when it slips away in between. `card` becomes the one
/// that was judged.
Result<CardEvent> CardWatch::Judge(CardReader& reader, FoundCard& card) {
  for (int attempt = 1;; ++attempt) {
    auto content = ReadNdef(reader, card);
    if (content) {
      const auto another = reader.AnotherCard(card);
      if (!another) return tl::unexpected(another.error());
      if (*another) return CardEvent(CardRefused{CardProblem::SeveralCards});
      if (content->state == CardContent::State::NoMemory) return JudgeUidOnly(card);
      if (content->state == CardContent::State::Malformed) {
        return CardEvent(CardRefused{CardProblem::Malformed});
      }
      const CardVerdict verdict = VerifyPatientCard(content->ndef, card.uid, policy_.keys);
      return std::visit(
          Match{[](const domain::CardToken& token) { return CardEvent(CardPresented{token}); },
                [](CardProblem problem) { return CardEvent(CardRefused{problem}); }},
          verdict);
    }
    if (content.error().code != ErrorCode::NotFound) return tl::unexpected(content.error());
    if (attempt == kReadAttempts) return CardEvent(CardRefused{CardProblem::Unreadable});
    auto again = reader.Select();
    if (!again) return tl::unexpected(again.error());
    if (!*again) return CardEvent(CardRefused{CardProblem::Unreadable});
    card = std::move(**again);
  }
}

CardEvent CardWatch::JudgeUidOnly(const FoundCard& card) const {
  // A made-up UID recognises nobody, whatever the hospital accepts.
  if (HasRandomUid(card)) return CardRefused{CardProblem::Foreign};
  if (policy_.accept_uid_only) {
    return CardPresented{domain::LegacyCard{.uid_digest = ToHex(Sha256(card.uid))}};
  }
  const bool could_hold_more = card.kind != FoundCard::Kind::Other;
  return CardRefused{could_hold_more ? CardProblem::Foreign : CardProblem::LegacyRefused};
}

void CardWatch::Report(const FoundCard& card, const CardEvent& event) {
  const auto* refused = std::get_if<CardRefused>(&event);
  const auto problem = refused != nullptr ? std::optional(refused->problem) : std::nullopt;
  resting_ = Resting{.card = card, .problem = problem};
  Tell(event);
}

Status CardWatch::WatchResting(CardReader& reader) {
  if (resting_->problem == CardProblem::SeveralCards) return WatchSeveral(reader);
  if (resting_->problem == CardProblem::Unreadable) return ReadAgain(reader);
  const auto there = reader.StillThere(resting_->card);
  if (!there) return tl::unexpected(there.error());
  if (!*there) Removed();
  return {};
}

/// As soon as fewer than two are left, the rest counts as a new card.
Status CardWatch::WatchSeveral(CardReader& reader) {
  const auto found = reader.Select();
  if (!found) return tl::unexpected(found.error());
  if (*found) {
    const auto another = reader.AnotherCard(**found);
    if (!another) return tl::unexpected(another.error());
    if (*another) return {};
  }
  Removed();
  return {};
}

Status CardWatch::ReadAgain(CardReader& reader) {
  auto found = reader.Select();
  if (!found) return tl::unexpected(found.error());
  if (!*found) {
    Removed();
    return {};
  }
  FoundCard& card = **found;
  const auto event = Judge(reader, card);
  if (!event) return tl::unexpected(event.error());
  const auto* refused = std::get_if<CardRefused>(&*event);
  const bool unreadable = refused != nullptr && refused->problem == CardProblem::Unreadable;
  if (!unreadable) {
    Report(card, *event);
  } else if (HasNothingToRead(card)) {
    Report(card, JudgeUidOnly(card));
  }
  return {};
}

/// Counts the rounds in which a card of no ISO/IEC 14443-4 was there and could not be read. Only
/// where such cards are in use: elsewhere "hold it still" is the better advice.
bool CardWatch::HasNothingToRead(const FoundCard& card) {
  const bool same = resting_ && resting_->card.uid == card.uid;
  if (!policy_.accept_uid_only || !same || card.kind == FoundCard::Kind::Iso14443Part4)
    return false;
  return ++resting_->silent_rounds >= kSilentRounds;
}

}  // namespace yizhan::drivers
