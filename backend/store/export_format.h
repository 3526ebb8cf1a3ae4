/// \file
/// The lines of an export (ResourceStore::Export), which every engine writes and reads. Fields are
/// separated by tabs; texts that could hold one are JSON.
///
///   yizhan-store  1  <epoch>
///   v  <seq> <type> <id> <version> <updated, ms since 1970> <deleted 0|1> <resource as JSON, or
///   ""> s  <["name", last]>                                    a series of numbers r  <["kind",
///   "key", "text", expires in ms, or null]>   a record a  <lane> <number> <seq> <digest> <hash> a
///   link of the audit chain end  <lines before this one>  <checksum>
///
/// Versions come first, by seq. The checksum starts as no bytes and becomes SHA-256(checksum ||
/// line) with each line, so that a changed, lost or moved line shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "backend/store/resource_store.h"
#include "backend/store/sql.h"
#include "base/crypto.h"

namespace yizhan::store {

struct SeriesState {
  std::string name;
  std::int64_t last = 0;
};

using ExportItem = std::variant<StoredResource, SeriesState, Record, AuditLink>;

/// Writes an export line by line. Thread-bound; `sink` outlives it.
class ExportWriter {
 public:
  explicit ExportWriter(const LineSink& sink) : sink_(sink) {}
  [[nodiscard]] Status Begin(std::int64_t epoch);
  [[nodiscard]] Status Add(const ExportItem& item);
  [[nodiscard]] Status End();

 private:
  [[nodiscard]] Status Line(const std::string& line);

  const LineSink& sink_;
  std::int64_t lines_ = 0;
  std::string checksum_;
};

/// Reads an export. Thread-bound; `source` outlives it.
class ExportReader {
 public:
  explicit ExportReader(const LineSource& source) : source_(source) {}
  /// The first line: the epoch of the store that was exported. BadData as ResourceStore::Import.
  [[nodiscard]] Result<std::int64_t> Begin();
  /// Empty optional: the export was complete and unchanged. BadData: it was not.
  [[nodiscard]] Result<std::optional<ExportItem>> Next();

 private:
  [[nodiscard]] Result<std::string> Line();

  const LineSource& source_;
  std::int64_t lines_ = 0;
  std::string checksum_;
};

/// Exports everything of the tables described in sqlite/schema.h. The caller holds a read
/// transaction.
[[nodiscard]] Status ExportTables(SqlReader& reader, std::int64_t epoch, const LineSink& sink);

}  // namespace yizhan::store
