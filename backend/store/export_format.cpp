#include "backend/store/export_format.h"

#include <array>
#include <charconv>

#include "backend/fhir/json.h"
#include "base/bytes.h"
#include "base/match.h"

namespace yizhan::store {
namespace {

using fhir::Json;

constexpr std::string_view kMagic = "yizhan-store";
constexpr std::string_view kVersion = "1";

tl::unexpected<Error> Broken() { return Fail(ErrorCode::BadData, "not a complete export"); }

std::string Checksum(const std::string& before, std::string_view line) {
  std::string message = before;
  message += line;
  const Sha256Digest digest = Sha256(AsBytes(message));
  return std::string(AsText(digest));
}

std::optional<std::int64_t> Number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Exactly `count` fields; the last one is everything that is left.
std::optional<std::vector<std::string_view>> Fields(std::string_view line, std::size_t count) {
  std::vector<std::string_view> fields;
  while (fields.size() + 1 < count) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return std::nullopt;
    fields.push_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  fields.push_back(line);
  return fields;
}

WallTime Time(std::int64_t milliseconds) {
  return WallTime(std::chrono::milliseconds(milliseconds));
}
std::int64_t Milliseconds(WallTime time) { return time.time_since_epoch().count(); }

std::string LineOf(const ExportItem& item) {
  return std::visit(
      Match{[](const StoredResource& stored) {
              std::string line = "v\t" + std::to_string(stored.seq) + '\t' + stored.type + '\t' +
                                 stored.id + '\t' + std::to_string(stored.version) + '\t' +
                                 std::to_string(Milliseconds(stored.updated)) +
                                 (stored.deleted ? "\t1\t" : "\t0\t");
              return line += stored.text;
            },
            [](const SeriesState& series) {
              return "s\t" +
                     Json::Array({Json::String(series.name), Json::Integer(series.last)}).Write();
            },
            [](const Record& record) {
              return "r\t" +
                     Json::Array(
                         {Json::String(record.kind), Json::String(record.key),
                          Json::String(record.text),
                          record.expires ? Json::Integer(Milliseconds(*record.expires)) : Json()})
                         .Write();
            },
            [](const AuditLink& link) {
              return "a\t" + std::to_string(link.lane) + '\t' + std::to_string(link.number) + '\t' +
                     std::to_string(link.seq) + '\t' + link.digest + '\t' + link.hash;
            }},
      item);
}

std::optional<ExportItem> VersionOf(std::string_view line) {
  const auto fields = Fields(line, 7);
  if (!fields) return std::nullopt;
  const auto seq = Number((*fields)[0]);
  const auto version = Number((*fields)[3]);
  const auto updated = Number((*fields)[4]);
  const bool deleted = (*fields)[5] == "1";
  if (!seq || !version || !updated || deleted != (*fields)[6].empty()) return std::nullopt;
  return StoredResource{std::string((*fields)[1]),
                        std::string((*fields)[2]),
                        *version,
                        Time(*updated),
                        deleted,
                        std::string((*fields)[6]),
                        *seq};
}

std::optional<ExportItem> LinkOf(std::string_view line) {
  const auto fields = Fields(line, 5);
  if (!fields) return std::nullopt;
  const auto lane = Number((*fields)[0]);
  const auto number = Number((*fields)[1]);
  const auto seq = Number((*fields)[2]);
  if (!lane || !number || !seq) return std::nullopt;
  return AuditLink{*lane, *number, *seq, std::string((*fields)[3]), std::string((*fields)[4])};
}

std::optional<ExportItem> ItemOf(std::string_view line) {
  const auto kind = Fields(line, 2);
  if (!kind) return std::nullopt;
  const std::string_view rest = (*kind)[1];
  if (kind->front() == "v") return VersionOf(rest);
  if (kind->front() == "a") return LinkOf(rest);
  const Result<Json> json = Json::Parse(rest);
  if (!json) return std::nullopt;
  if (kind->front() == "s") {
    const auto last = (*json)[1].AsInteger();
    if (!last) return std::nullopt;
    return SeriesState{(*json)[std::size_t{0}].AsString(), *last};
  }
  if (kind->front() != "r" || json->Items().size() != 4) return std::nullopt;
  Record record{(*json)[std::size_t{0}].AsString(), (*json)[1].AsString(), (*json)[2].AsString(),
                std::nullopt};
  if (const auto expires = (*json)[3].AsInteger()) record.expires = Time(*expires);
  return record;
}

}  // namespace

Status ExportWriter::Line(const std::string& line) {
  checksum_ = Checksum(checksum_, line);
  ++lines_;
  return sink_(line);
}

Status ExportWriter::Begin(std::int64_t epoch) {
  return Line(std::string(kMagic) + '\t' + std::string(kVersion) + '\t' + std::to_string(epoch));
}

Status ExportWriter::Add(const ExportItem& item) { return Line(LineOf(item)); }

Status ExportWriter::End() {
  return sink_("end\t" + std::to_string(lines_) + '\t' + ToHex(AsBytes(checksum_)));
}

Result<std::string> ExportReader::Line() {
  Result<std::optional<std::string>> line = source_();
  if (!line) return tl::unexpected<Error>(line.error());
  if (!*line) return Broken();
  return std::move(**line);
}

Result<std::int64_t> ExportReader::Begin() {
  const Result<std::string> line = Line();
  if (!line) return tl::unexpected<Error>(line.error());
  const auto fields = Fields(*line, 3);
  if (!fields || (*fields)[0] != kMagic) return Fail(ErrorCode::BadData, "not an export");
  if ((*fields)[1] != kVersion) return Fail(ErrorCode::BadData, "export of a newer version");
  const auto epoch = Number((*fields)[2]);
  if (!epoch) return Broken();
  checksum_ = Checksum(checksum_, *line);
  ++lines_;
  return *epoch;
}

Result<std::optional<ExportItem>> ExportReader::Next() {
  const Result<std::string> line = Line();
  if (!line) return tl::unexpected<Error>(line.error());
  if (line->starts_with("end\t")) {
    const Result<std::optional<std::string>> more = source_();
    if (*line != "end\t" + std::to_string(lines_) + '\t' + ToHex(AsBytes(checksum_)) || !more ||
        *more) {
      return Broken();
    }
    return std::optional<ExportItem>();
  }
  std::optional<ExportItem> item = ItemOf(*line);
  if (!item) return Broken();
  checksum_ = Checksum(checksum_, *line);
  ++lines_;
  return item;
}

Status ExportTables(SqlReader& reader, std::int64_t epoch, const LineSink& sink) {
  ExportWriter writer(sink);
  if (Status begun = writer.Begin(epoch); !begun) return begun;
  Status added;
  const auto each = [&](const char* sql, const std::function<ExportItem(const SqlRow&)>& read) {
    const Status done = reader.Each({sql, {}}, [&](const SqlRow& row) {
      added = writer.Add(read(row));
      return added.has_value();
    });
    return done ? added : done;
  };
  Status done = each(
      "SELECT h.seq,h.type,r.id,h.version,h.updated,h.deleted,h.body FROM history h "
      "JOIN resource r ON r.key=h.key ORDER BY h.seq",
      [](const SqlRow& row) {
        return StoredResource{std::string(row.Text(1)),
                              std::string(row.Text(2)),
                              row.Integer(3),
                              Time(row.Integer(4)),
                              row.Integer(5) != 0,
                              std::string(row.Text(6)),
                              row.Integer(0)};
      });
  if (!done) return done;
  done = each("SELECT name,last FROM series ORDER BY name", [](const SqlRow& row) {
    return SeriesState{std::string(row.Text(0)), row.Integer(1)};
  });
  if (!done) return done;
  done = each("SELECT kind,key,text,expires FROM record ORDER BY kind,key", [](const SqlRow& row) {
    Record record{std::string(row.Text(0)), std::string(row.Text(1)), std::string(row.Text(2)),
                  std::nullopt};
    if (!row.IsNull(3)) record.expires = Time(row.Integer(3));
    return record;
  });
  if (!done) return done;
  done = each("SELECT lane,number,seq,digest,hash FROM audit ORDER BY lane,number",
              [](const SqlRow& row) {
                return AuditLink{row.Integer(0), row.Integer(1), row.Integer(2),
                                 std::string(row.Text(3)), std::string(row.Text(4))};
              });
  return done ? writer.End() : done;
}

}  // namespace yizhan::store
