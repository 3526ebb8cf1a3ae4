#include "tests/drivers/reader_rig.h"

#include "base/match.h"

namespace yizhan::drivers {

using domain::CardProblem;

std::string Word(const CardEvent& event) {
  return std::visit(Match{[](ReaderReady) { return std::string("ready"); },
                          [](ReaderGone) { return std::string("gone"); },
                          [](CardRemoved) { return std::string("removed"); },
                          [](const CardPresented& presented) {
                            const auto* token = std::get_if<domain::CardToken>(&presented.card);
                            return token != nullptr ? token->number.Value() : std::string("legacy");
                          },
                          [](CardRefused refused) {
                            switch (refused.problem) {
                              case CardProblem::Unreadable: return std::string("unreadable");
                              case CardProblem::Foreign: return std::string("foreign");
                              case CardProblem::Forged: return std::string("forged");
                              case CardProblem::Malformed: return std::string("malformed");
                              case CardProblem::SeveralCards: return std::string("several");
                              case CardProblem::LegacyRefused: return std::string("legacy-refused");
                            }
                            return std::string("?");
                          }},
                    event);
}

std::string Words(const std::vector<CardEvent>& events) {
  std::string words;
  for (const CardEvent& event : events) words += (words.empty() ? "" : " ") + Word(event);
  return words;
}

void ReaderRig::SetUp() {
  auto rig = rig::RigProcess::Start({.with_printer = false, .paced = false});
  ASSERT_TRUE(rig) << rig.error().detail;
  rig_.emplace(std::move(*rig));
  const auto key = rig_->RunTool({"make-key"});
  ASSERT_TRUE(key) << key.error().detail;
  public_key_ = *key;
}

void ReaderRig::MakeCard(const std::string& name, const std::string& number,
                         const std::vector<std::string>& more) {
  MakeCardOf("H001", name, number, more);
}

void ReaderRig::MakeCardOf(const std::string& issuer, const std::string& name,
                           const std::string& number, const std::vector<std::string>& more) {
  std::vector<std::string> words = {
      "make-card", "--name", name,       "--key", rig_->Dir() + "/private.pem",
      "--issuer",  issuer,   "--number", number};
  words.insert(words.end(), more.begin(), more.end());
  const auto made = rig_->RunTool(words);
  ASSERT_TRUE(made) << made.error().detail;
}

void ReaderRig::Do(const std::string& request) {
  const auto answer = rig_->Ask(request);
  ASSERT_TRUE(answer) << request << ": " << answer.error().detail;
}

ReaderLinkOptions ReaderRig::Options() const {
  return {.program = YIZHAN_READER_PROGRAM,
          .reader = {.device = rig_->ReaderDevice(),
                     .issuer = "H001",
                     .keys = {{1, public_key_}},
                     .legacy_uid = false}};
}

void ReaderRig::Connect(ReaderLinkOptions options) {
  auto link = ReaderLink::Start(std::move(options),
                                [this](CardEvent event) { log_.Add(std::move(event)); });
  ASSERT_TRUE(link) << link.error().detail;
  link_ = std::move(*link);
  ASSERT_TRUE(Told("ready"));
}

::testing::AssertionResult ReaderRig::Told(const std::string& words) {
  if (log_.Wait([&](const auto& events) { return Words(events) == words; })) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "told: " << Words(log_.All());
}

::testing::AssertionResult ReaderRig::ToldLast(const std::string& words) {
  if (log_.Wait([&](const auto& events) { return Words(events).ends_with(words); })) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "told: " << Words(log_.All());
}

}  // namespace yizhan::drivers
