// An account in front of a real matching engine, and its answers read back as wire messages.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "hft/venue/matching_engine.hpp"
#include "hft/venue/order_entry.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::venue {

inline Alpha<8> symbol_of(const std::string& text) {
  Alpha<8> out;
  out.fill(' ');
  std::copy(text.begin(), text.end(), out.begin());
  return out;
}

inline const std::vector<Alpha<8>>& two_symbols() {
  static const std::vector<Alpha<8>> symbols{symbol_of("AAPL"), symbol_of("MSFT")};
  return symbols;
}

template <class Message>
std::span<const std::byte> bytes_of(const Message& message) {
  return std::as_bytes(std::span(&message, 1));
}

/// The messages of a stream from a number on, envelopes taken away.
inline std::vector<std::vector<std::byte>> messages_of(const DayStore& stream,
                                                       std::uint64_t from = 1) {
  std::vector<std::vector<std::byte>> out;
  std::uint64_t place = stream.place_of_number(from);
  for (auto bytes = stream.read(place); !bytes.empty(); bytes = stream.read(place)) {
    for (std::size_t at = 0; at < bytes.size();) {
      const auto& header = reinterpret_cast<const wire::soupbintcp::PacketHeader&>(bytes[at]);
      const std::size_t size = sizeof(Be16) + header.packet_length;
      out.emplace_back(bytes.begin() + static_cast<std::ptrdiff_t>(at + sizeof header),
                       bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
      at += size;
    }
    place += bytes.size();
  }
  return out;
}

/// One or two accounts of a protocol, owners 0 and 1 of an engine.
template <class Entry>
class EntryTest : public testing::Test {
 protected:
  static constexpr std::uint64_t midnight_ns = 1'000'000'000'000;

  EntryTest() {
    for (std::size_t k = 0; k <= two_symbols().size(); ++k) engine_.add_instrument({});
    for (int k = 0; k < 2; ++k) {
      AccountTerms terms;
      terms.firm = {'H', 'F', 'T', 'X'};
      entries_.push_back(std::make_unique<Entry>(terms, symbols_, midnight_ns, 16));
    }
  }

  template <class Message>
  EntryVerdict send(const Message& message, std::uint32_t account = 0) {
    return send_bytes(bytes_of(message), account);
  }
  EntryVerdict send_bytes(std::span<const std::byte> bytes, std::uint32_t account = 0) {
    now_ns_ += 1000;
    OrderInput input;
    const EntryVerdict verdict = entries_[account]->take(bytes, now_ns_, input);
    if (verdict == EntryVerdict::input) apply(account, input);
    return verdict;
  }

  /// The next message to an account, which must be this.
  template <class Message>
  Message said(std::uint32_t account = 0) {
    const auto all = messages_of(entries_[account]->stream(), heard_[account] + 1);
    Message out{};
    if (all.empty()) {
      ADD_FAILURE() << "nothing was said to account " << account;
      return out;
    }
    ++heard_[account];
    EXPECT_EQ(static_cast<char>(all[0][0]), Message::tag);
    EXPECT_GE(all[0].size(), sizeof out);
    std::memcpy(&out, all[0].data(), std::min(all[0].size(), sizeof out));
    return out;
  }
  bool is_silent(std::uint32_t account = 0) const {
    return entries_[account]->stream().count() == heard_[account];
  }
  void skip(std::uint32_t account = 0) { heard_[account] = entries_[account]->stream().count(); }

  Entry& entry(std::uint32_t account = 0) { return *entries_[account]; }

  void apply(std::uint32_t account, const OrderInput& input) {
    Verdict verdict = Verdict::done;
    switch (input.kind) {
      case InputKind::enter:
        verdict = engine_.enter(now_ns_, account, input.token, input.terms);
        break;
      case InputKind::replace:
        verdict =
            engine_.replace(now_ns_, account, input.token, input.new_token, input.replacement);
        break;
      case InputKind::cancel:
        verdict = engine_.cancel(now_ns_, account, input.token, input.size);
        break;
      case InputKind::modify:
        verdict = engine_.modify(now_ns_, account, input.token, input.size);
        break;
      case InputKind::cancel_matching:
        for (auto token = entry(account).next_live(0, input.instrument); token != 0;
             token = entry(account).next_live(token, input.instrument))
          engine_.cancel(now_ns_, account, token, 0);
        return;
    }
    entries_[account]->applied(input, verdict, now_ns_);
  }

  struct Router {
    EntryTest* test;
    void operator()(const VenueEvent& event) const {
      if (event.kind <= last_owner_event) test->entries_[event.owner]->said(event);
    }
  };

  Symbols symbols_{two_symbols()};
  std::vector<std::unique_ptr<Entry>> entries_;
  std::uint64_t heard_[2] = {};
  std::uint64_t now_ns_ = midnight_ns + 34'200'000'000'000;
  Router router_{this};
  MatchingEngine<Router> engine_{EngineConfig{64, 8, 4, 1, 1, PostOnlyRule::reject}, router_};
};

}  // namespace hft::venue
