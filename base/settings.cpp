#include "base/settings.h"

#include <toml++/toml.h>

#include <fstream>
#include <set>

namespace yizhan {
namespace {

constexpr std::size_t kMostBytes = 64U << 10U;

}  // namespace

struct Settings::Document {
  std::string name;
  toml::table root;
  std::set<std::string> opened;
  std::string problem;
};

struct Settings::Section::State {
  std::shared_ptr<Document> document;
  std::string name;
  const toml::table* table = nullptr;
  std::set<std::string> read;

  const toml::node* Take(const char* key) {
    read.insert(key);
    return table == nullptr ? nullptr : table->get(key);
  }
};

Result<Settings> Settings::Load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(ErrorCode::NotFound, path + ": cannot be read");
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return Parse(text, path);
}

Result<Settings> Settings::Parse(const std::string& text, const std::string& name) {
  if (text.size() > kMostBytes) return Fail(ErrorCode::BadData, name + ": is too large");
  auto document = std::make_shared<Document>();
  document->name = name;
  try {
    document->root = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    return Fail(ErrorCode::BadData, name + ":" + std::to_string(error.source().begin.line) + ": " +
                                        std::string(error.description()));
  }
  return Settings(std::move(document));
}

Settings::Section Settings::Open(const std::string& name) {
  document_->opened.insert(name);
  auto state = std::make_unique<Section::State>();
  state->document = document_;
  state->name = name;
  state->table = document_->root[name].as_table();
  Section section(std::move(state));
  if (section.state_->table == nullptr && document_->root.contains(name)) {
    section.Say("", "must be a table");
  }
  return section;
}

Status Settings::Problem() const {
  std::string problem = document_->problem;
  for (const auto& [key, node] : document_->root) {
    const std::string name(key.str());
    if (problem.empty() && !document_->opened.contains(name)) problem = name + " is not known";
  }
  if (problem.empty()) return {};
  return Fail(ErrorCode::BadData, document_->name + ": " + problem);
}

Settings::Section::Section(std::unique_ptr<State> state) : state_(std::move(state)) {}

Settings::Section::~Section() {
  if (!state_ || state_->table == nullptr) return;
  for (const auto& [key, node] : *state_->table) {
    const std::string name(key.str());
    if (!state_->read.contains(name)) Say(name, "is not known");
  }
}

void Settings::Section::Say(const std::string& key, const std::string& what) {
  std::string& problem = state_->document->problem;
  if (problem.empty()) problem = state_->name + (key.empty() ? "" : "." + key) + " " + what;
}

std::string Settings::Section::Text(const char* key, std::optional<std::string> fallback) {
  const toml::node* node = state_->Take(key);
  if (node == nullptr) {
    if (!fallback) Say(key, "is missing");
    return fallback.value_or("");
  }
  const auto value = node->value_exact<std::string>();
  if (!value) Say(key, "must be a text");
  return value.value_or("");
}

std::int64_t Settings::Section::Integer(const char* key, std::int64_t lowest, std::int64_t highest,
                                        std::optional<std::int64_t> fallback) {
  const toml::node* node = state_->Take(key);
  if (node == nullptr) {
    if (!fallback) Say(key, "is missing");
    return fallback.value_or(lowest);
  }
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < lowest || *value > highest) {
    Say(key,
        "must be a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    return lowest;
  }
  return *value;
}

double Settings::Section::Number(const char* key, double lowest, double highest, double fallback) {
  const toml::node* node = state_->Take(key);
  if (node == nullptr) return fallback;
  const auto value = node->value<double>();
  if (!value || !(*value >= lowest && *value <= highest)) {
    Say(key, "must be a number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    return lowest;
  }
  return *value;
}

bool Settings::Section::Switch(const char* key, bool fallback) {
  const toml::node* node = state_->Take(key);
  if (node == nullptr) return fallback;
  const auto value = node->value_exact<bool>();
  if (!value) Say(key, "must be true or false");
  return value.value_or(fallback);
}

std::vector<std::string> Settings::Section::Texts(
    const char* key, std::optional<std::vector<std::string>> fallback) {
  const toml::node* node = state_->Take(key);
  if (node == nullptr) {
    if (!fallback) Say(key, "is missing");
    return fallback.value_or(std::vector<std::string>());
  }
  if (const auto text = node->value_exact<std::string>()) return {*text};
  std::vector<std::string> texts;
  const toml::array* array = node->as_array();
  if (array != nullptr) {
    for (const toml::node& entry : *array) {
      const auto text = entry.value_exact<std::string>();
      if (text) texts.push_back(*text);
    }
  }
  if (array == nullptr || texts.size() != array->size()) Say(key, "must be a text or texts");
  return texts;
}

std::map<std::string, std::string> Settings::Section::Table(const char* key) {
  std::map<std::string, std::string> entries;
  const toml::node* node = state_->Take(key);
  if (node == nullptr) return entries;
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    Say(key, "must be a table");
    return entries;
  }
  for (const auto& [name, value] : *table) {
    const auto text = value.value_exact<std::string>();
    if (!text) Say(std::string(key) + "." + std::string(name.str()), "must be a text");
    entries.emplace(std::string(name.str()), text.value_or(""));
  }
  return entries;
}

std::vector<std::pair<std::string, Settings::Section>> Settings::Section::Tables(const char* key) {
  std::vector<std::pair<std::string, Section>> tables;
  const toml::node* node = state_->Take(key);
  if (node == nullptr) return tables;
  const toml::table* below = node->as_table();
  if (below == nullptr) {
    Say(key, "must be a table");
    return tables;
  }
  for (const auto& [name, value] : *below) {
    auto state = std::make_unique<State>();
    state->document = state_->document;
    state->name = state_->name + '.' + key + '.' + std::string(name.str());
    state->table = value.as_table();
    Section section(std::move(state));
    if (section.state_->table == nullptr) section.Say("", "must be a table");
    tables.emplace_back(std::string(name.str()), std::move(section));
  }
  return tables;
}

}  // namespace yizhan
