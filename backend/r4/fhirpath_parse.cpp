#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "backend/r4/fhirpath.h"
#include "backend/r4/fhirpath_program.h"

namespace yizhan::r4 {
namespace {

constexpr std::size_t kMostText = 10'000;
constexpr int kMostDepth = 64;
// A chain of steps or operators is evaluated by recursion along its left side.
constexpr std::size_t kMostTerms = 400;

struct Known {
  std::string_view name;
  Function function;
  std::size_t least, most;
};

constexpr Known kFunctions[] = {
    {"empty", Function::Empty, 0, 0},
    {"exists", Function::Exists, 0, 1},
    {"all", Function::All, 1, 1},
    {"allTrue", Function::AllTrue, 0, 0},
    {"anyTrue", Function::AnyTrue, 0, 0},
    {"allFalse", Function::AllFalse, 0, 0},
    {"anyFalse", Function::AnyFalse, 0, 0},
    {"subsetOf", Function::SubsetOf, 1, 1},
    {"supersetOf", Function::SupersetOf, 1, 1},
    {"count", Function::Count, 0, 0},
    {"distinct", Function::Distinct, 0, 0},
    {"isDistinct", Function::IsDistinct, 0, 0},
    {"where", Function::Where, 1, 1},
    {"select", Function::Select, 1, 1},
    {"repeat", Function::Repeat, 1, 1},
    {"ofType", Function::OfType, 1, 1},
    {"as", Function::As, 1, 1},
    {"is", Function::Is, 1, 1},
    {"single", Function::Single, 0, 0},
    {"first", Function::First, 0, 0},
    {"last", Function::Last, 0, 0},
    {"tail", Function::Tail, 0, 0},
    {"skip", Function::Skip, 1, 1},
    {"take", Function::Take, 1, 1},
    {"intersect", Function::Intersect, 1, 1},
    {"exclude", Function::Exclude, 1, 1},
    {"union", Function::Union, 1, 1},
    {"combine", Function::Combine, 1, 1},
    {"iif", Function::Iif, 2, 3},
    {"toInteger", Function::ToInteger, 0, 0},
    {"toDecimal", Function::ToDecimal, 0, 0},
    {"toString", Function::ToString, 0, 0},
    {"toBoolean", Function::ToBoolean, 0, 0},
    {"indexOf", Function::IndexOf, 1, 1},
    {"substring", Function::Substring, 1, 2},
    {"startsWith", Function::StartsWith, 1, 1},
    {"endsWith", Function::EndsWith, 1, 1},
    {"contains", Function::Contains, 1, 1},
    {"upper", Function::Upper, 0, 0},
    {"lower", Function::Lower, 0, 0},
    {"replace", Function::Replace, 2, 2},
    {"matches", Function::Matches, 1, 1},
    {"replaceMatches", Function::ReplaceMatches, 2, 2},
    {"length", Function::Length, 0, 0},
    {"children", Function::Children, 0, 0},
    {"descendants", Function::Descendants, 0, 0},
    {"trace", Function::Trace, 1, 2},
    {"not", Function::Not, 0, 0},
    {"hasValue", Function::HasValue, 0, 0},
    {"getValue", Function::GetValue, 0, 0},
    {"resolve", Function::Resolve, 0, 0},
    {"extension", Function::Extension, 1, 1},
    {"memberOf", Function::MemberOf, 1, 1},
    {"htmlChecks", Function::HtmlChecks, 0, 0},
    {"conformsTo", Function::ConformsTo, 1, 1},
};

struct Operator {
  std::string_view text;
  Op op;
  int binding;  ///< Higher binds tighter (FHIRPath, "Operator precedence").
};

constexpr Operator kOperators[] = {
    {"*", Op::Multiply, 10},
    {"/", Op::Divide, 10},
    {"div", Op::WholeDivide, 10},
    {"mod", Op::Modulo, 10},
    {"+", Op::Add, 9},
    {"-", Op::Subtract, 9},
    {"&", Op::Concatenate, 9},
    {"is", Op::Is, 8},
    {"as", Op::As, 8},
    {"|", Op::Union, 7},
    {"<=", Op::LessOrEqual, 6},
    {">=", Op::GreaterOrEqual, 6},
    {"<", Op::Less, 6},
    {">", Op::Greater, 6},
    {"=", Op::Equal, 5},
    {"!=", Op::NotEqual, 5},
    {"~", Op::Equivalent, 5},
    {"!~", Op::NotEquivalent, 5},
    {"in", Op::In, 4},
    {"contains", Op::Contains, 4},
    {"and", Op::And, 3},
    {"or", Op::Or, 2},
    {"xor", Op::Xor, 2},
    {"implies", Op::Implies, 1},
};

enum class TokenKind { Name, Text, Number, Moment, Variable, Special, Symbol, End };
struct Token {
  TokenKind kind = TokenKind::End;
  std::string text;
  std::size_t at = 0;
  bool quoted = false;  ///< A name in backquotes is never an operator.
};

bool IsNameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }

bool IsVariable(std::string_view name) {
  for (const std::string_view known :
       {"resource", "rootResource", "context", "ucum", "sct", "loinc"}) {
    if (name == known) return true;
  }
  return false;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  /// Nothing: no token of FHIRPath stands here.
  std::optional<Token> Next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    Token token{TokenKind::End, {}, at_, false};
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (IsNameStart(c)) return Plain(token, TokenKind::Name);
    if (c == '`') return Quoted(token, TokenKind::Name);
    if (c == '\'') return Quoted(token, TokenKind::Text);
    if (IsDigit(c)) return Number(token);
    ++at_;
    switch (c) {
      case '$': return Plain(token, TokenKind::Special);
      case '%': {
        const bool quoted = at_ < text_.size() && (text_[at_] == '`' || text_[at_] == '\'');
        return quoted ? Quoted(token, TokenKind::Variable) : Plain(token, TokenKind::Variable);
      }
      case '@': return Moment(token);
      default: break;
    }
    token.kind = TokenKind::Symbol;
    token.text = c;
    const bool longer =
        at_ < text_.size() && (((c == '<' || c == '>' || c == '!') && text_[at_] == '=') ||
                               (c == '!' && text_[at_] == '~'));
    if (longer) token.text += text_[at_++];
    if (std::string_view("()[]{}.,*/+-&|<>=~!").find(c) == std::string_view::npos)
      return std::nullopt;
    return token;
  }

 private:
  std::optional<Token> Plain(Token& token, TokenKind kind) {
    const std::size_t from = at_;
    while (at_ < text_.size() &&
           (IsNamePart(text_[at_]) || (kind == TokenKind::Variable && text_[at_] == '-')))
      ++at_;
    if (at_ == from) return std::nullopt;
    token.kind = kind;
    token.text = text_.substr(from, at_ - from);
    return token;
  }

  std::optional<Token> Quoted(Token& token, TokenKind kind) {
    const char quote = text_[at_++];
    token.kind = kind;
    token.quoted = true;
    while (at_ < text_.size() && text_[at_] != quote) {
      char c = text_[at_++];
      if (c == '\\') {
        if (at_ == text_.size()) return std::nullopt;
        c = text_[at_++];
        switch (c) {
          case 'n': c = '\n'; break;
          case 'r': c = '\r'; break;
          case 't': c = '\t'; break;
          case 'f': c = '\f'; break;
          default: break;  // \\ \' \` \/ stand for themselves; so does an unknown one.
        }
      }
      token.text += c;
    }
    if (at_ == text_.size()) return std::nullopt;
    ++at_;
    return token;
  }

  std::optional<Token> Number(Token& token) {
    const std::size_t from = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    if (at_ + 1 < text_.size() && text_[at_] == '.' && IsDigit(text_[at_ + 1])) {
      ++at_;
      while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    }
    if (at_ - from > 1 && text_[from] == '0' && text_[from + 1] != '.') return std::nullopt;
    token.kind = TokenKind::Number;
    token.text = text_.substr(from, at_ - from);
    return token;
  }

  std::optional<Token> Moment(Token& token) {
    const std::size_t from = at_;
    while (at_ < text_.size() &&
           std::string_view("0123456789-:T.Z+").find(text_[at_]) != std::string_view::npos)
      ++at_;
    if (at_ == from) return std::nullopt;
    token.kind = TokenKind::Moment;
    token.text = text_.substr(from, at_ - from);
    return token;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Precedence climbing over the lexer's tokens.
class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) { Advance(); }

  std::optional<Program> Parse() {
    program_.root = Binary(1);
    if (token_.kind != TokenKind::End) failed_ = true;
    return failed_ ? std::nullopt : std::optional(std::move(program_));
  }
  [[nodiscard]] std::size_t At() const { return token_.at; }

 private:
  void Advance() {
    if (failed_) return;
    auto next = lexer_.Next();
    if (next) {
      token_ = std::move(*next);
    } else {
      Stop();
    }
  }

  /// After an error everything sees the end of the text.
  std::uint32_t Stop() {
    failed_ = true;
    token_.kind = TokenKind::End;
    token_.text.clear();
    return 0;
  }

  [[nodiscard]] bool AtSymbol(std::string_view symbol) const {
    return token_.kind == TokenKind::Symbol && token_.text == symbol;
  }
  bool Take(std::string_view symbol) {
    if (!AtSymbol(symbol)) return false;
    Advance();
    return true;
  }
  void Expect(std::string_view symbol) {
    if (!Take(symbol)) Stop();
  }

  std::uint32_t Emit(Term term) {
    if (program_.terms.size() >= kMostTerms) return Stop();
    program_.terms.push_back(std::move(term));
    return static_cast<std::uint32_t>(program_.terms.size() - 1);
  }

  [[nodiscard]] const Operator* OperatorHere() const {
    const bool may =
        token_.kind == TokenKind::Symbol || (token_.kind == TokenKind::Name && !token_.quoted);
    if (!may) return nullptr;
    const auto* found =
        std::find_if(std::begin(kOperators), std::end(kOperators),
                     [&](const Operator& each) { return each.text == token_.text; });
    return found != std::end(kOperators) ? found : nullptr;
  }

  std::uint32_t Binary(int least) {
    if (++depth_ > kMostDepth) return Stop();
    std::uint32_t left = Unary();
    for (const Operator* op = OperatorHere(); op != nullptr && op->binding >= least && !failed_;
         op = OperatorHere()) {
      Advance();
      Term term;
      term.op = op->op;
      if (op->op == Op::Is || op->op == Op::As) {
        term.text = TypeName();
        term.children = {left};
      } else {
        term.children = {left, Binary(op->binding + 1)};
      }
      left = Emit(std::move(term));
    }
    --depth_;
    return left;
  }

  std::uint32_t Unary() {
    if (Take("+")) return Chain();
    if (!Take("-")) return Chain();
    const std::uint32_t value = Chain();
    Term term;
    term.op = Op::Negate;
    term.children = {value};
    return Emit(std::move(term));
  }

  /// A term with everything that hangs on it by dots and brackets.
  std::uint32_t Chain() {
    std::uint32_t left = Start();
    while (!failed_) {
      Term term;
      if (Take(".")) {
        term.op = Op::Invoke;
        term.children = {left, Invocation()};
      } else if (Take("[")) {
        term.op = Op::At;
        term.children = {left, Binary(1)};
        Expect("]");
      } else {
        break;
      }
      left = Emit(std::move(term));
    }
    return left;
  }

  std::uint32_t Start() {
    switch (token_.kind) {
      case TokenKind::Text: return Literal(fhir::Json::String(token_.text), "string");
      case TokenKind::Number: {
        const bool whole = token_.text.find('.') == std::string::npos;
        return Literal(fhir::Json::Number(token_.text), whole ? "integer" : "decimal");
      }
      case TokenKind::Moment: return MomentLiteral();
      case TokenKind::Variable: {
        Term term;
        term.op = Op::Variable;
        term.text = token_.text;
        if (!IsVariable(term.text)) return Stop();
        Advance();
        return Emit(std::move(term));
      }
      case TokenKind::Symbol:
        if (Take("(")) {
          const std::uint32_t inner = Binary(1);
          Expect(")");
          return inner;
        }
        if (Take("{")) {
          Expect("}");
          return Emit({});
        }
        return Stop();
      default: return Invocation();
    }
  }

  std::uint32_t Literal(fhir::Json value, const char* type) {
    Advance();
    Term term;
    term.op = Op::Literal;
    term.index = static_cast<std::uint32_t>(program_.literals.size());
    program_.literals.push_back(std::move(value));
    program_.literal_types.push_back(FindType(type));
    return Emit(std::move(term));
  }

  std::uint32_t MomentLiteral() {
    const std::string text = token_.text;
    if (text.starts_with('T')) return Literal(fhir::Json::String(text.substr(1)), "time");
    const bool day = text.find('T') == std::string::npos;
    return Literal(fhir::Json::String(text), day ? "date" : "dateTime");
  }

  /// $this, a member or a function call.
  std::uint32_t Invocation() {
    Term term;
    if (token_.kind == TokenKind::Special) {
      if (token_.text != "this" && token_.text != "index") return Stop();
      term.op = token_.text == "this" ? Op::This : Op::Index;
      Advance();
      return Emit(std::move(term));
    }
    if (token_.kind != TokenKind::Name) return Stop();
    const bool quoted = token_.quoted;
    term.text = token_.text;
    Advance();
    if (!quoted && (term.text == "true" || term.text == "false"))
      return Constant(term.text == "true");
    if (quoted || !AtSymbol("(")) {
      term.op = Op::Member;
      return Emit(std::move(term));
    }
    return Call(std::move(term));
  }

  std::uint32_t Constant(bool value) {
    Term term;
    term.op = Op::Literal;
    term.index = static_cast<std::uint32_t>(program_.literals.size());
    program_.literals.push_back(fhir::Json::Boolean(value));
    program_.literal_types.push_back(FindType("boolean"));
    return Emit(std::move(term));
  }

  std::uint32_t Call(Term term) {
    const auto* known = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                     [&](const Known& each) { return each.name == term.text; });
    if (known == std::end(kFunctions)) return Stop();
    term.op = Op::Call;
    term.function = known->function;
    term.text.clear();
    Expect("(");
    if (term.function == Function::OfType || term.function == Function::As ||
        term.function == Function::Is) {
      term.text = TypeName();
      Expect(")");
      return Emit(std::move(term));
    }
    while (!failed_ && !AtSymbol(")")) {
      if (!term.children.empty()) Expect(",");
      term.children.push_back(Binary(1));
    }
    Expect(")");
    if (term.children.size() < known->least || term.children.size() > known->most) return Stop();
    CompilePattern(term);
    return Emit(std::move(term));
  }

  /// A pattern that stands in the expression is compiled with it.
  void CompilePattern(Term& term) {
    if (term.function != Function::Matches && term.function != Function::ReplaceMatches) return;
    if (failed_ || program_.terms[term.children[0]].op != Op::Literal) return;
    auto pattern =
        Pattern::Compile(program_.literals[program_.terms[term.children[0]].index].AsString());
    if (!pattern) {
      Stop();
      return;
    }
    program_.patterns.push_back(std::move(*pattern));
    term.index = static_cast<std::uint32_t>(program_.patterns.size());
  }

  /// "Patient", "FHIR.Patient", "System.String".
  std::string TypeName() {
    std::string name = token_.text;
    if (token_.kind != TokenKind::Name) Stop();
    Advance();
    if ((name == "FHIR" || name == "System") && Take(".")) {
      name = token_.text;
      if (token_.kind != TokenKind::Name) Stop();
      Advance();
    }
    return name;
  }

  Lexer lexer_;
  Token token_;
  Program program_;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

Result<Expression> Expression::Compile(std::string_view text) {
  if (text.size() > kMostText) return Fail(ErrorCode::BadData, "FHIRPath: too long");
  Parser parser(text);
  auto program = parser.Parse();
  if (!program) {
    return Fail(ErrorCode::BadData, "FHIRPath: not understood at " + std::to_string(parser.At()));
  }
  return Expression(std::make_shared<const Program>(std::move(*program)));
}

}  // namespace yizhan::r4
