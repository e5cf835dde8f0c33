#include "commands/line_editor.h"

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <fstream>
#include <iostream>
#include <system_error>

#include <histedit.h>
#include <langinfo.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace swivel {
namespace {

constexpr int kHistoryLines = 1000;
// A terminal delivers a paste in pieces at most a few milliseconds apart; nobody types as fast.
constexpr int kPasteGapMilliseconds = 25;

// libedit reads characters of the locale's encoding.
void use_utf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
}

bool input_waits() {
  pollfd input = {STDIN_FILENO, POLLIN, 0};
  return ::poll(&input, 1, kPasteGapMilliseconds) > 0 && (input.revents & POLLIN) != 0;
}

}  // namespace

struct LineEditor::State {
  std::string prompt;
  std::filesystem::path history_path;
  const Interrupt& interrupt;
  bool terminal = false;
  bool continues = false;  // the line goes on an entry
  EditLine* edit = nullptr;
  History* history = nullptr;

  void open();
  void close();
  std::optional<std::string> line();
  std::optional<std::string> typed_line();
  void remember(const std::string& entry);
};

namespace {

LineEditor::State& state_of(EditLine* edit) {
  void* data = nullptr;
  el_get(edit, EL_CLIENTDATA, &data);
  return *static_cast<LineEditor::State*>(data);
}

char* prompt_of(EditLine* edit) {
  LineEditor::State& state = state_of(edit);
  static char continuation[] = "... ";
  return state.continues ? continuation : state.prompt.data();
}

// Waits for the keyboard; false with Ctrl-C. A press between the look at the flag and the wait is
// not lost: SIGINT arrives during the wait only.
bool wait_for_key(const Interrupt& interrupt) {
  sigset_t interrupts, before;
  ::sigemptyset(&interrupts);
  ::sigaddset(&interrupts, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &interrupts, &before);
  pollfd input = {STDIN_FILENO, POLLIN, 0};
  while (!interrupt.pressed() && ::ppoll(&input, 1, nullptr, &before) < 0 && errno == EINTR) {
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return !interrupt.pressed();
}

// One character from the keyboard; -1 with Ctrl-C, 0 at the end.
int read_character(EditLine* edit, wchar_t* out) {
  const LineEditor::State& state = state_of(edit);
  std::mbstate_t partial = {};
  for (;;) {
    char byte = 0;
    if (!wait_for_key(state.interrupt)) return -1;
    const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
    if (count < 0 && errno == EINTR && !state.interrupt.pressed()) continue;
    if (count <= 0) return static_cast<int>(count);
    const size_t used = std::mbrtowc(out, &byte, 1, &partial);
    if (used == static_cast<size_t>(-2)) continue;
    if (used != static_cast<size_t>(-1)) return 1;
    partial = {};
    *out = L'?';
    return 1;
  }
}

}  // namespace

void LineEditor::State::open() {
  use_utf8();
  edit = el_init("swivel", stdin, stdout, stderr);
  if (edit == nullptr) {
    terminal = false;
    return;
  }
  el_set(edit, EL_CLIENTDATA, this);
  el_set(edit, EL_PROMPT, prompt_of);
  el_set(edit, EL_EDITOR, "emacs");
  el_set(edit, EL_GETCFN, read_character);
  el_set(edit, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  history = history_init();
  HistEvent event;
  ::history(history, &event, H_SETSIZE, kHistoryLines);
  ::history(history, &event, H_SETUNIQUE, 1);
  if (!history_path.empty()) ::history(history, &event, H_LOAD, history_path.c_str());
  el_set(edit, EL_HIST, ::history, history);
  el_source(edit, nullptr);
}

void LineEditor::State::close() {
  if (edit != nullptr) el_end(edit);
  if (history != nullptr) history_end(history);
}

void LineEditor::State::remember(const std::string& entry) {
  if (history == nullptr || entry.empty()) return;
  HistEvent event;
  ::history(history, &event, H_ENTER, entry.c_str());
  if (history_path.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(history_path.parent_path(), ignored);
  // What one asks a model is nobody else's business.
  const mode_t before = ::umask(0077);
  ::history(history, &event, H_SAVE, history_path.c_str());
  ::umask(before);
}

std::optional<std::string> LineEditor::State::typed_line() {
  int count = 0;
  const char* text = el_gets(edit, &count);
  if (interrupt.pressed()) return "";
  if (text == nullptr || count <= 0) return {};
  std::string line(text, static_cast<size_t>(count));
  if (line.ends_with('\n')) line.pop_back();
  return line;
}

std::optional<std::string> LineEditor::State::line() {
  if (terminal) return typed_line();
  std::string text;
  if (!std::getline(std::cin, text)) return {};
  return text;
}

LineEditor::LineEditor(std::string prompt, std::filesystem::path history,
                       const Interrupt& interrupt)
    : state_(std::make_unique<State>(State{std::move(prompt), std::move(history), interrupt})) {
  state_->terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (state_->terminal) state_->open();
}

LineEditor::~LineEditor() { state_->close(); }

bool LineEditor::interactive() const { return state_->terminal; }

std::optional<std::string> LineEditor::read() {
  std::string entry;
  state_->continues = false;
  for (;;) {
    const auto line = state_->line();
    if (state_->interrupt.pressed()) return "";
    if (!line) return entry.empty() ? std::nullopt : std::optional(entry);
    entry += *line;
    const bool backslash = entry.ends_with('\\');
    if (backslash) entry.pop_back();
    if (!backslash && !(state_->terminal && input_waits())) break;
    entry += '\n';
    state_->continues = true;
  }
  while (entry.ends_with('\n')) entry.pop_back();
  state_->remember(entry);
  return entry;
}

std::filesystem::path history_file() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return std::filesystem::path(state) / "swivel" / "history";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::filesystem::path(home) / ".local" / "state" / "swivel" / "history";
  return {};
}

}  // namespace swivel
