// What the other end of stdout or stderr can show.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace swivel {

bool is_terminal(FILE* stream);
// A terminal, NO_COLOR not set (no-color.org), TERM not "dumb".
bool shows_colour(FILE* stream);
// The columns of the terminal between 40 and 100; 80 if it is none.
int columns(FILE* stream);

enum class Paint { plain, bold, dim, red, green, yellow };
// `text` between escape sequences; as it is for Paint::plain.
std::string painted(std::string_view text, Paint paint);
// The same where `stream` shows colour, the text alone elsewhere.
std::string painted_for(FILE* stream, std::string_view text, Paint paint);

// "swivel: TEXT" on stderr: something to know that is no error.
void print_note(std::string_view text);

}  // namespace swivel
