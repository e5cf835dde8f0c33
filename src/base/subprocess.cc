#include "base/subprocess.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace swivel {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kKeptErrorBytes = size_t{64} << 10;

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == 0) {
      read_end = ends[0];
      write_end = ends[1];
    }
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

// Starts the program with the three pipes as its standard streams. 0 or an errno value.
int spawn(const std::vector<std::string>& arguments, Pipe& in, Pipe& out, Pipe& err, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read_end, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write_end, 2);
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int error = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Moves what can be moved without waiting. Closes `end` where the stream has ended.
void feed(int& end, std::string_view& input) {
  const ssize_t n = ::write(end, input.data(), std::min<size_t>(input.size(), 4096));
  if (n > 0) input.remove_prefix(static_cast<size_t>(n));
  if ((n < 0 && errno != EINTR && errno != EAGAIN) || input.empty()) Pipe::close_end(end);
}

void drain(int& end, std::string& into) {
  std::array<char, 65536> buffer;
  const ssize_t n = ::read(end, buffer.data(), buffer.size());
  if (n > 0) into.append(buffer.data(), static_cast<size_t>(n));
  if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) Pipe::close_end(end);
}

// Feeds and drains until the program has closed its output, or a limit is reached.
Status exchange(const std::string& name, std::string_view input, const SubprocessLimits& limits,
                Pipe& in, Pipe& out, Pipe& err, SubprocessResult& result) {
  const auto deadline = Clock::now() + limits.timeout;
  if (input.empty()) Pipe::close_end(in.write_end);
  while (out.read_end >= 0 || err.read_end >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0)
      return fail(ErrorCode::bad_input, "{}: no end after {} s", name, limits.timeout.count());
    // poll ignores negative descriptors: streams that have ended.
    std::array<pollfd, 3> polled = {
        {{in.write_end, POLLOUT, 0}, {out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}}};
    if (::poll(polled.data(), polled.size(), static_cast<int>(std::min<long>(left, 1000))) < 0)
      continue;
    if (polled[0].revents != 0) feed(in.write_end, input);
    if (polled[1].revents != 0) drain(out.read_end, result.output);
    if (polled[2].revents != 0) drain(err.read_end, result.errors);
    if (result.output.size() > limits.max_output_bytes)
      return fail(ErrorCode::bad_input, "{}: more than {} bytes of output", name,
                  limits.max_output_bytes);
    if (result.errors.size() > kKeptErrorBytes)
      result.errors.erase(0, result.errors.size() - kKeptErrorBytes);
  }
  return {};
}

// A write to a program that has ended reports EPIPE instead of ending this process.
class IgnoreSigpipe {
 public:
  IgnoreSigpipe() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~IgnoreSigpipe() { std::signal(SIGPIPE, before_); }

 private:
  void (*before_)(int);
};

}  // namespace

Result<SubprocessResult> run_subprocess(const std::vector<std::string>& arguments,
                                        std::string_view input, SubprocessLimits limits) {
  const IgnoreSigpipe ignore;
  Pipe in, out, err;
  if (in.write_end < 0 || out.write_end < 0 || err.write_end < 0)
    return fail(ErrorCode::out_of_memory, "cannot make a pipe: {}", strerror(errno));
  pid_t child = 0;
  const int error = spawn(arguments, in, out, err, child);
  if (error != 0)
    return fail(ErrorCode::not_found, "cannot start {}: {}", arguments[0], strerror(error));
  Pipe::close_end(in.read_end);
  Pipe::close_end(out.write_end);
  Pipe::close_end(err.write_end);
  ::fcntl(in.write_end, F_SETFL, O_NONBLOCK);

  SubprocessResult result;
  const Status status = exchange(arguments[0], input, limits, in, out, err, result);
  if (!status) ::kill(child, SIGKILL);
  int ended = 0;
  while (::waitpid(child, &ended, 0) < 0 && errno == EINTR) {
  }
  if (!status) return std::unexpected(status.error());
  result.exit_status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
  return result;
}

}  // namespace swivel
