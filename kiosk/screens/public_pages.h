/// \file
/// Pages without a patient.
#pragma once

#include <optional>
#include <vector>

#include "domain/card.h"
#include "domain/local_text.h"

namespace yizhan::screens {

/// Nobody is here: "请刷就诊卡", and what may be seen without a card.
struct IdleModel {
  static constexpr const char* kName = "idle";
  enum class Reader { Ready, Down } reader = Reader::Ready;
  /// Set for some seconds after a card could not be accepted; says why and what to do.
  std::optional<domain::CardProblem> card_problem;
  bool take_card = false;      ///< The last session is over and its card still lies on the reader.
  bool has_directory = false;  ///< Public pages (departments, doctors) have something to show.
};

/// A public list: departments with places, or today's doctors. One page of rows.
struct DirectoryModel {
  static constexpr const char* kName = "directory";
  enum class Kind { Departments, Doctors } kind = Kind::Departments;
  struct Row {
    domain::LocalText name;      ///< "心血管内科" or "王建国"
    domain::LocalText detail;    ///< "门诊楼 3 层 B 区" or "主任医师 · 心血管内科"
    std::optional<int> waiting;  ///< People in the queue now; empty: not known.
  };
  std::vector<Row> rows;
  int page = 1;  ///< From 1.
  int pages = 1;
};

}  // namespace yizhan::screens
