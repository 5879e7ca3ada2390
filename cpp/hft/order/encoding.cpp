// The check of a session's configuration, made once at start.
#include "hft/order/encoding.hpp"

#include <algorithm>
#include <string>

#include "hft/base/error.hpp"

namespace hft::order {

namespace {

bool is_name_character(char c) {
  return c == ' ' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

template <std::size_t n>
void check_text(std::string_view where, const char* field, const Alpha<n>& text) {
  if (std::all_of(text.begin(), text.end(), is_name_character)) return;
  throw Error(std::string(where),
              std::string(field) + " \"" + std::string(text.data(), n) + "\" is not a name",
              "use letters, digits and, behind them, spaces");
}

void check_letter(std::string_view where, const char* field, char letter, std::string_view known) {
  if (known.find(letter) != std::string_view::npos) return;
  throw Error(std::string(where), std::string(field) + " '" + letter + "' is not known",
              "use one of the letters " + std::string(known));
}

}  // namespace

void EncoderConfig::check(std::string_view where) const {
  check_text(where, "firm", firm);
  check_text(where, "desk", desk);
  check_letter(where, "capacity", capacity, "APRO");
  check_letter(where, "short_sale", short_sale, "TE");
}

}  // namespace hft::order
