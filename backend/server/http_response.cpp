#include "backend/server/http_response.h"

namespace yizhan::server {
namespace {

const char* Reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 507: return "Insufficient Storage";
    default: return "";
  }
}

void AppendLine(std::string& out, std::string_view name, std::string_view value) {
  // A line break inside a value would begin a header, or an answer, that nobody wrote.
  if (value.find_first_of("\r\n") != std::string_view::npos) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

void AppendStatus(std::string& out, int status, std::string_view date) {
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(Reason(status));
  out.append("\r\nDate: ").append(date).append("\r\nX-Content-Type-Options: nosniff\r\n");
}

}  // namespace

bool MayHaveBody(int status) { return status != 204 && status != 304; }

void AppendHead(std::string& out, const HttpResponse& response, bool keep_alive,
                std::string_view date) {
  AppendStatus(out, response.status, date);
  if (!response.content_type.empty()) AppendLine(out, "Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers) AppendLine(out, name, value);
  if (MayHaveBody(response.status)) {
    out.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  }
  if (!keep_alive) out.append("Connection: close\r\n");
  out.append("\r\n");
}

void AppendStreamHead(std::string& out, std::string_view date) {
  AppendStatus(out, 200, date);
  out.append(
      "Content-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n");
}

}  // namespace yizhan::server
