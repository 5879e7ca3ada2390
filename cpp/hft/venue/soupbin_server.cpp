#include "hft/venue/soupbin_server.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace hft::venue {

namespace {

namespace soup = wire::soupbintcp;

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

template <std::size_t n>
std::string_view trimmed(const Alpha<n>& text) noexcept {
  return trimmed(std::string_view(text.data(), n));
}

template <class Packet>
std::span<const std::byte> bytes_of(const Packet& packet) noexcept {
  return std::as_bytes(std::span(&packet, 1));
}

/// Digits, padded on the left with spaces.
Alpha<20> padded(std::uint64_t number) noexcept {
  Alpha<20> text;
  text.fill(' ');
  std::size_t at = text.size();
  do {
    text[--at] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  return text;
}

}  // namespace

std::string_view name(ClientEnd end) noexcept {
  static constexpr std::array<std::string_view, client_end_count> names{
      "open",         "logged_out",    "disconnected", "not_authorised", "no_session",
      "number_ahead", "login_timeout", "silent",       "bad_length",     "bad_type",
      "bad_login",    "no_login",      "second_login", "bad_message",    "slow",
      "stalled",      "superseded",    "session_ended"};
  return names[static_cast<std::size_t>(end)];
}

std::byte* append_sequenced(DayStore& stream, std::size_t bytes) {
  std::byte* const packet = stream.append(sizeof(soup::PacketHeader) + bytes);
  auto& header = *reinterpret_cast<soup::PacketHeader*>(packet);
  header.packet_length = static_cast<std::uint16_t>(sizeof header - soup::length_size + bytes);
  header.packet_type = soup::sequenced_data;
  return packet + sizeof header;
}

SoupbinServer::SoupbinServer(const SoupbinLimits& limits, std::uint64_t now_ns)
    : limits_(limits),
      partial_(sizeof(Be16) + limits.packet_bytes),
      connected_ns_(now_ns),
      heard_ns_(now_ns),
      sent_ns_(now_ns),
      moved_ns_(now_ns) {}

std::size_t SoupbinServer::gather(std::span<const std::byte> bytes) noexcept {
  std::size_t wanted = sizeof(Be16);
  std::size_t taken = 0;
  const auto take = [&] {
    const std::size_t more = std::min(wanted - partial_size_, bytes.size() - taken);
    std::memcpy(partial_.data() + partial_size_, bytes.data() + taken, more);
    partial_size_ += more;
    taken += more;
  };
  if (partial_size_ < wanted) take();
  if (partial_size_ < wanted) return taken;
  const std::size_t length = *reinterpret_cast<const Be16*>(partial_.data());
  if (length == 0 || length > limits_.packet_bytes) {
    close(ClientEnd::bad_length);
    return bytes.size();
  }
  wanted += length;
  take();
  return taken;
}

bool SoupbinServer::parse(std::span<const std::byte> payload, SoupbinLogin& out) const noexcept {
  if (sizeof(soup::PacketHeader) + payload.size() != sizeof(soup::LoginRequest)) return false;
  const auto& request =
      *reinterpret_cast<const soup::LoginRequest*>(payload.data() - sizeof(soup::PacketHeader));
  out.user = trimmed(request.username);
  out.password = trimmed(request.password);
  out.session = trimmed(request.requested_session);
  const std::string_view digits = trimmed(request.requested_sequence_number);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), out.sequence_number);
  return error == std::errc{} && end == digits.data() + digits.size();
}

void SoupbinServer::accept(const SoupbinAnswer& answer, std::uint64_t number) noexcept {
  stream_ = answer.stream;
  // "0 to start receiving the most recently generated message"
  const std::uint64_t first = number != 0 ? number : std::max<std::uint64_t>(1, stream_->count());
  place_ = stream_->place_of_number(first);
  login_place_ = stream_->end();
  soup::LoginAccepted packet{};
  packet.packet_length = static_cast<std::uint16_t>(sizeof packet - soup::length_size);
  packet.packet_type = soup::LoginAccepted::tag;
  packet.session = answer.session;
  packet.sequence_number = padded(first);
  put_control(bytes_of(packet));
}

void SoupbinServer::reject(ClientEnd why) noexcept {
  soup::LoginRejected packet{};
  packet.packet_length = static_cast<std::uint16_t>(sizeof packet - soup::length_size);
  packet.packet_type = soup::LoginRejected::tag;
  packet.reject_reason_code = why == ClientEnd::not_authorised ? 'A' : 'S';
  close(why);
  put_control(bytes_of(packet));
}

void SoupbinServer::put_control(std::span<const std::byte> bytes) noexcept {
  std::memcpy(control_.data() + control_size_, bytes.data(), bytes.size());
  control_size_ += bytes.size();
}

std::span<const std::byte> SoupbinServer::output() noexcept {
  if (control_size_ > 0)
    return std::span(control_).subspan(control_sent_, control_size_ - control_sent_);
  if (!is_logged_in()) return {};
  const std::span<const std::byte> waiting = stream_->read(place_);
  if (!waiting.empty() || !ending_) return waiting;
  close(ClientEnd::session_ended);
  soup::PacketHeader packet{};
  packet.packet_length = std::uint16_t{1};
  packet.packet_type = soup::end_of_session;
  put_control(bytes_of(packet));
  return std::span(control_).first(control_size_);
}

void SoupbinServer::sent(std::size_t bytes, std::uint64_t now_ns) noexcept {
  if (bytes == 0) return;
  sent_ns_ = now_ns;
  moved_ns_ = now_ns;
  if (control_size_ == 0) {
    place_ += bytes;
    return;
  }
  control_sent_ += bytes;
  if (control_sent_ == control_size_) control_sent_ = control_size_ = 0;
}

void SoupbinServer::on_time(std::uint64_t now_ns) noexcept {
  if (end_ != ClientEnd::open) return;
  const auto passed = [now_ns](std::uint64_t since, std::uint64_t limit) {
    return now_ns >= since + limit;
  };
  if (stream_ == nullptr) {
    if (passed(connected_ns_, limits_.login_ns)) close(ClientEnd::login_timeout);
    return;
  }
  if (passed(heard_ns_, limits_.silence_ns)) return close(ClientEnd::silent);
  if (stream_->end() - std::max(place_, login_place_) > limits_.backlog_bytes)
    return close(ClientEnd::slow);
  if (!has_unsent() && control_size_ == 0) {
    moved_ns_ = now_ns;
  } else if (passed(moved_ns_, limits_.stall_ns)) {
    return close(ClientEnd::stalled);
  }
  // Never between the pieces of a packet: only when all of the stream is sent.
  if (has_unsent() || control_size_ != 0 || !passed(sent_ns_, limits_.heartbeat_ns)) return;
  soup::PacketHeader packet{};
  packet.packet_length = std::uint16_t{1};
  packet.packet_type = soup::server_heartbeat;
  put_control(bytes_of(packet));
}

void SoupbinServer::end_session() noexcept {
  ending_ = true;
  if (stream_ == nullptr) close(ClientEnd::session_ended);
}

void SoupbinServer::close(ClientEnd why) noexcept {
  if (end_ != ClientEnd::open) return;
  end_ = why;
  // Only a rejection and Z are said after the end, and both put themselves there anew.
  control_sent_ = control_size_ = 0;
}

}  // namespace hft::venue
