// The parts of the SoupBinTCP client that are not per message: logins, heartbeats, ends.
#include "hft/order/soupbin_client.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include "hft/base/error.hpp"

namespace hft::order {
namespace {

namespace soup = wire::soupbintcp;

constexpr std::size_t header_size = sizeof(soup::PacketHeader);

/// The payload's size where the type fixes it; any_size where it does not; bad_type for types that
/// no server sends.
constexpr std::size_t any_size = ~std::size_t{0};
constexpr std::size_t bad_type = any_size - 1;

std::size_t payload_size_of(char type) noexcept {
  switch (type) {
    case soup::debug:
    case soup::sequenced_data: return any_size;
    case soup::server_heartbeat:
    case soup::end_of_session: return 0;
    case soup::LoginAccepted::tag: return sizeof(soup::LoginAccepted) - header_size;
    case soup::LoginRejected::tag: return sizeof(soup::LoginRejected) - header_size;
    default: return bad_type;
  }
}

template <std::size_t n>
std::string_view trimmed(const Alpha<n>& text) noexcept {
  std::string_view view(text.data(), text.size());
  view.remove_prefix(std::min(view.find_first_not_of(' '), view.size()));
  const std::size_t last = view.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view() : view.substr(0, last + 1);
}

/// Digits, padded with spaces on either side; 0 when they are none or too many.
std::uint64_t number_in(const Alpha<20>& text) noexcept {
  const std::string_view digits = trimmed(text);
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = fault == std::errc{} && end == digits.data() + digits.size();
  return whole ? number : 0;
}

void put_number(Alpha<20>& text, std::uint64_t number) noexcept {
  text.fill(' ');
  std::array<char, 20> digits{};
  const auto [end, fault] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  std::copy_backward(digits.data(), end, text.data() + text.size());
}

template <std::size_t n>
void put_text(Alpha<n>& field, const std::string& text, const char* name, bool at_the_end) {
  if (text.size() > n) {
    throw Error(std::string("order session: ") + name,
                "longer than the protocol's " + std::to_string(n) + " characters",
                "give it as the venue assigned it");
  }
  field.fill(' ');
  std::copy(text.begin(), text.end(), field.data() + (at_the_end ? field.size() - text.size() : 0));
}

/// A digest of bytes by eights. It tells a venue that says something else under the same number
/// from one that repeats itself; nobody attacks it.
std::uint64_t digest_of(std::span<const std::byte> bytes) noexcept {
  constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
  std::uint64_t digest = bytes.size() * multiplier;
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), count);
    digest = (std::rotl(digest, 29) ^ word) * multiplier;
    bytes = bytes.subspan(count);
  }
  return digest;
}

std::uint64_t elapsed(std::uint64_t from_ns, std::uint64_t to_ns) noexcept {
  return to_ns > from_ns ? to_ns - from_ns : 0;
}

void check(const SoupbinConfig& config) {
  const char* wrong = nullptr;
  if (config.username.empty()) wrong = "username is empty";
  if (config.packet_max < sizeof(soup::LoginAccepted)) wrong = "packet_max is below 33 bytes";
  if (config.packet_max > 0xffff) wrong = "packet_max is above 65535 bytes";
  if (config.output_bytes < 1024) wrong = "output_bytes is below 1024";
  if (config.heartbeat_ns == 0 || config.silence_ns <= config.heartbeat_ns) {
    wrong = "silence_ns must be longer than heartbeat_ns, and both above 0";
  }
  if (!std::has_single_bit(config.remembered)) wrong = "remembered is no power of two";
  if (wrong != nullptr) throw Error("order session", wrong, "correct the session's configuration");
}

}  // namespace

std::string_view name_of(SessionVerdict verdict) noexcept {
  static constexpr std::array<std::string_view, 17> names{"ok",
                                                          "connection_lost",
                                                          "silence",
                                                          "unknown_packet",
                                                          "unexpected_packet",
                                                          "bad_size",
                                                          "oversized",
                                                          "session_unavailable",
                                                          "logged_out",
                                                          "end_of_session",
                                                          "login_rejected",
                                                          "bad_login",
                                                          "session_changed",
                                                          "sequence_gap",
                                                          "history_differs",
                                                          "bad_message",
                                                          "foreign_orders"};
  return names[static_cast<std::size_t>(verdict)];
}

SoupbinClient::SoupbinClient(const SoupbinConfig& config)
    : heartbeat_ns_((check(config), config.heartbeat_ns)),
      silence_ns_(config.silence_ns),
      packet_max_(config.packet_max),
      output_(config.output_bytes),
      held_(soup::length_size + config.packet_max),
      digests_(config.remembered) {
  request_.packet_length = sizeof request_ - soup::length_size;
  request_.packet_type = soup::LoginRequest::tag;
  put_text(request_.username, config.username, "username", false);
  put_text(request_.password, config.password, "password", false);
  put_text(session_, config.session, "session", true);
  put_number(request_.requested_sequence_number, 1);
  request_.requested_session = session_;
}

bool SoupbinClient::login(std::uint64_t now_ns) noexcept {
  if (!may_login()) return false;
  request_.requested_session = session_;
  put_number(request_.requested_sequence_number, next_);
  output_.clear();
  output_.append(std::as_bytes(std::span(&request_, 1)));
  held_size_ = 0;
  leaving_ = idle_ = false;
  state_ = SessionState::logging_in;
  verdict_ = SessionVerdict::ok;
  reject_reason_ = 0;
  heard_ns_ = sent_ns_ = now_ns;
  ++counters_.logins;
  return true;
}

SessionVerdict SoupbinClient::on_time(std::uint64_t now_ns) noexcept {
  if (!is_connected()) return verdict_;
  if (elapsed(heard_ns_, now_ns) >= silence_ns_) {
    end(SessionVerdict::silence);
  } else if (state_ == SessionState::open && !leaving_ &&
             elapsed(sent_ns_, now_ns) >= heartbeat_ns_) {
    if (send_bare(soup::client_heartbeat, now_ns)) ++counters_.heartbeats_sent;
  }
  return verdict_;
}

void SoupbinClient::disconnected() noexcept {
  if (is_connected()) {
    end(leaving_ ? SessionVerdict::logged_out : SessionVerdict::connection_lost);
  }
  state_ = SessionState::closed;
  output_.clear();
  held_size_ = 0;
}

bool SoupbinClient::logout(std::uint64_t now_ns) noexcept {
  if (!send_bare(soup::logout_request, now_ns)) return false;
  leaving_ = true;
  return true;
}

bool SoupbinClient::append(std::span<const std::byte> packet, std::uint64_t now_ns) noexcept {
  if (state_ != SessionState::open || leaving_) return false;
  if (!output_.append(packet)) {
    ++counters_.output_full;
    return false;
  }
  if (now_ns > sent_ns_) sent_ns_ = now_ns;
  return true;
}

bool SoupbinClient::send_bare(char type, std::uint64_t now_ns) noexcept {
  const soup::PacketHeader header{.packet_length = {{0, 1}}, .packet_type = type};
  return append(std::as_bytes(std::span(&header, 1)), now_ns);
}

SoupbinClient::Frame SoupbinClient::frame_of(std::span<const std::byte> bytes) const noexcept {
  if (bytes.size() < soup::length_size) return {SessionVerdict::ok, 0};
  const auto* header = reinterpret_cast<const soup::PacketHeader*>(bytes.data());
  const std::size_t length = header->packet_length;
  if (length == 0) return {SessionVerdict::bad_size, 0};
  if (length > packet_max_) return {SessionVerdict::oversized, 0};
  if (bytes.size() < header_size) return {SessionVerdict::ok, 0};
  const std::size_t fixed = payload_size_of(header->packet_type);
  if (fixed == bad_type) return {SessionVerdict::unknown_packet, 0};
  if (fixed != any_size && length != fixed + 1) return {SessionVerdict::bad_size, 0};
  return {SessionVerdict::ok, soup::length_size + length};
}

/// Adds to the held packet what its header, then the whole of it, still needs.
std::span<const std::byte> SoupbinClient::hold(std::span<const std::byte> bytes) noexcept {
  const Frame frame = frame_of({held_.data(), held_size_});
  const std::size_t wanted = frame.size == 0 ? header_size : frame.size;
  const std::size_t count = std::min(wanted - held_size_, bytes.size());
  std::memcpy(held_.data() + held_size_, bytes.data(), count);
  held_size_ += count;
  return bytes.subspan(count);
}

void SoupbinClient::on_control(char type, std::span<const std::byte> packet) noexcept {
  if (type == soup::debug) {
    ++counters_.debug_packets;
    return;
  }
  const bool answers_login = type == soup::LoginAccepted::tag || type == soup::LoginRejected::tag;
  if (answers_login != (state_ == SessionState::logging_in)) {
    return end(SessionVerdict::unexpected_packet);
  }
  switch (type) {
    case soup::LoginAccepted::tag:
      return on_accepted(*reinterpret_cast<const soup::LoginAccepted*>(packet.data()));
    case soup::LoginRejected::tag:
      return on_rejected(*reinterpret_cast<const soup::LoginRejected*>(packet.data()));
    case soup::end_of_session: return end(SessionVerdict::end_of_session);
    default: on_heartbeat();
  }
}

void SoupbinClient::on_heartbeat() noexcept {
  ++counters_.heartbeats;
  idle_ = true;
  // It has nothing more to say and is not where we were: it has forgotten the rest.
  if (incoming_ < next_) end(SessionVerdict::history_differs);
}

void SoupbinClient::on_accepted(const soup::LoginAccepted& accepted) noexcept {
  const std::uint64_t number = number_in(accepted.sequence_number);
  const std::string_view name = trimmed(accepted.session);
  if (number == 0 || name.empty()) return end(SessionVerdict::bad_login);
  const std::string_view known = trimmed(session_);
  if (!known.empty() && known != name) return end(SessionVerdict::session_changed);
  session_ = accepted.session;
  if (number > next_) return end(SessionVerdict::sequence_gap);
  incoming_ = number;
  state_ = SessionState::open;
}

void SoupbinClient::on_rejected(const soup::LoginRejected& rejected) noexcept {
  reject_reason_ = rejected.reject_reason_code;
  end(reject_reason_ == 'S' ? SessionVerdict::session_unavailable : SessionVerdict::login_rejected);
}

bool SoupbinClient::count_message(std::span<const std::byte> message) noexcept {
  const std::uint64_t number = incoming_++;
  const std::uint64_t digest = digest_of(message);
  std::uint64_t& remembered = digests_[number & (digests_.size() - 1)];
  if (number == next_) {
    remembered = digest;
    ++next_;
    ++counters_.messages;
    return true;
  }
  // Seen before: either the venue repeats itself, or it has forgotten and counts anew. What is too
  // old to be compared cannot be told apart, so it stops too.
  if (next_ - number > digests_.size() || remembered != digest) {
    end(SessionVerdict::history_differs);
  } else {
    ++counters_.duplicates;
  }
  return false;
}

void SoupbinClient::end(SessionVerdict verdict) noexcept {
  state_ = SessionState::over;
  verdict_ = verdict;
  held_size_ = 0;
}

}  // namespace hft::order
