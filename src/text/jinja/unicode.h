// Strings as Python sees them: sequences of code points with Unicode's properties. Everything
// takes and gives valid UTF-8. Pure functions; safe in all threads. ICU stays in unicode.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace swivel::jinja {

// The number of code points.
int64_t length_of(std::string_view text);
bool is_utf8(std::string_view text);
// Reads the code point at byte `at` and moves `at` behind it. REQUIRES: at < text.size().
char32_t next_code_point(std::string_view text, size_t& at);
void append(std::string& text, char32_t code_point);
// The byte where code point `index` begins; text.size() where there are no more.
size_t byte_offset(std::string_view text, int64_t index);
std::vector<char32_t> code_points(std::string_view text);

// What str.isspace, str.split and \s call white space.
bool is_space(char32_t c);
// What str.splitlines calls the end of a line.
bool is_line_end(char32_t c);
bool is_word(char32_t c);  // \w
bool is_alphabetic(char32_t c);
bool is_decimal(char32_t c);
bool is_digit(char32_t c);
bool is_numeric(char32_t c);
bool is_printable(char32_t c);  // shown as itself by repr
bool is_upper(char32_t c);
bool is_lower(char32_t c);
bool is_title(char32_t c);
// Whether the text is a name: a letter or '_', then letters, digits, marks, '_'.
bool is_identifier(std::string_view text);

std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string title(std::string_view text);  // each run of letters: first in title case, rest lower
std::string capitalize(std::string_view text);
std::string swap_case(std::string_view text);
std::string fold_case(std::string_view text);

std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);
std::string_view strip(std::string_view text);

}  // namespace swivel::jinja
