// Books as dictionaries, read from raw ITCH by byte offsets of the specification alone: slow,
// obvious, and sharing no code with the generator, the decoder or the books. It complains about
// whatever no venue would send.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hft::engine {

class WitnessBooks {
 public:
  /// Applies length-prefixed messages up to the end or the first complaint.
  void apply(std::span<const std::byte> bytes) {
    for (std::size_t at = 0; at < bytes.size() && complaint.empty();) {
      message_ = bytes.subspan(at);
      const std::size_t length = number(0, 2);
      message_ = message_.subspan(2);
      if (message_.size() < length || length != length_of(type())) {
        complain("length");
      } else {
        message_ = message_.first(length);
        apply_message();
      }
      at += 2 + length;
    }
  }

  std::uint64_t digest() const {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto fold = [&hash](std::uint64_t word) { hash = (hash ^ word) * 0x100000001b3; };
    for (const auto& [instrument, book] : books_) {
      if (book[0].empty() && book[1].empty()) continue;
      fold(instrument);
      for (std::size_t side = 0; side < 2; ++side) {
        fold(side + 1);
        for (const auto& [key, queue] : book[side]) {
          std::uint64_t total = 0;
          for (const std::uint64_t id : queue) total += orders_.at(id).size;
          fold(orders_.at(queue.front()).price * 100'000);
          fold(total);
          fold(queue.size());
          for (const std::uint64_t id : queue) fold(id), fold(orders_.at(id).size);
        }
      }
    }
    return hash;
  }

  std::string complaint;  // the first one; empty if none
  std::array<std::uint64_t, 128> by_type{};
  std::uint64_t messages = 0;
  std::uint64_t deep_messages = 0;
  std::uint64_t max_levels = 0;
  std::uint64_t max_live = 0;
  bool count_depth = false;  // deep_messages and max_levels: costs much time
  std::size_t live_orders() const { return orders_.size(); }

 private:
  struct Order {
    std::uint64_t instrument;
    std::size_t side;
    std::uint64_t price;
    std::uint64_t size;
    std::list<std::uint64_t>::iterator place;
  };
  // Levels by key, the best first: bids have the negative price as key.
  using Side = std::map<std::int64_t, std::list<std::uint64_t>>;
  using Book = std::array<Side, 2>;

  static std::size_t length_of(char type) {
    static const std::map<char, std::size_t> lengths = {
        {'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
        {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
        {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
    const auto found = lengths.find(type);
    return found == lengths.end() ? 0 : found->second;
  }

  std::uint64_t number(std::size_t offset, std::size_t width) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      value = value << 8 | static_cast<std::uint64_t>(message_[offset + i]);
    }
    return value;
  }
  char type() const { return static_cast<char>(message_[0]); }
  std::string text(std::size_t offset, std::size_t width) const {
    return {reinterpret_cast<const char*>(&message_[offset]), width};
  }
  static std::int64_t key(std::size_t side, std::uint64_t price) {
    return side == 0 ? -static_cast<std::int64_t>(price) : static_cast<std::int64_t>(price);
  }

  void complain(const std::string& what) {
    complaint = "message " + std::to_string(messages) + " of type " + type() + ": " + what;
  }

  void apply_message() {
    ++messages;
    ++by_type[static_cast<unsigned char>(type())];
    if (number(5, 6) < time_) return complain("its time runs backwards");
    time_ = number(5, 6);
    instrument_ = number(1, 2);
    switch (type()) {
      case 'R': stocks_[instrument_] = text(11, 8); break;
      case 'H': halted_[instrument_] = text(19, 1) != "T"; break;
      case 'h': halted_[instrument_] = text(20, 1) != "T"; break;
      case 'A':
      case 'F':
        if (text(24, 8) != stocks_[instrument_]) return complain("not the directory's stock");
        add(number(11, 8), text(19, 1) == "B" ? 0 : 1, number(32, 4), number(20, 4));
        break;
      case 'E':
      case 'C': execute(number(11, 8), number(19, 4)); break;
      case 'X': cancel(number(11, 8), number(19, 4)); break;
      case 'D': remove(number(11, 8)); break;
      case 'U': replace(number(11, 8), number(19, 8), number(27, 4), number(31, 4)); break;
      default: break;
    }
    if (message_deep_) ++deep_messages;
    message_deep_ = false;
    max_live = std::max<std::uint64_t>(max_live, orders_.size());
  }

  void add(std::uint64_t id, std::size_t side, std::uint64_t price, std::uint64_t size) {
    if (!seen_.insert(id).second) return complain("its id was used before");
    if (size == 0 || price == 0) return complain("no size or no price");
    Book& book = books_[instrument_];
    Side& levels = book[side];
    levels[key(side, price)].push_back(id);
    orders_[id] = {instrument_, side, price, size, --levels[key(side, price)].end()};
    if (!book[0].empty() && !book[1].empty() && -book[0].begin()->first >= book[1].begin()->first) {
      return complain("the book crosses");
    }
    note_depth(orders_[id]);
  }

  Order* find(std::uint64_t id) {
    const auto found = orders_.find(id);
    if (found == orders_.end()) return complain("an unknown order"), nullptr;
    if (found->second.instrument != instrument_) return complain("another instrument"), nullptr;
    note_depth(found->second);
    return &found->second;
  }

  void note_depth(const Order& order) {
    if (!count_depth) return;
    const Side& side = books_[instrument_][order.side];
    max_levels = std::max<std::uint64_t>(max_levels, side.size());
    auto level = side.find(key(order.side, order.price));
    for (int above = 0; above < 16; ++above) {
      if (level == side.begin()) return;
      --level;
    }
    message_deep_ = true;
  }

  void leave(std::uint64_t id, const Order& order) {
    Side& side = books_[order.instrument][order.side];
    const auto level = side.find(key(order.side, order.price));
    level->second.erase(order.place);
    if (level->second.empty()) side.erase(level);
    orders_.erase(id);
  }

  void remove(std::uint64_t id) {
    if (const Order* order = find(id)) leave(id, *order);
  }

  void cancel(std::uint64_t id, std::uint64_t size) {
    Order* order = find(id);
    if (order == nullptr) return;
    if (size == 0 || size >= order->size) return complain("it cancels none or all of the order");
    order->size -= size;
  }

  void execute(std::uint64_t id, std::uint64_t size) {
    Order* order = find(id);
    if (order == nullptr) return;
    if (halted_[instrument_]) return complain("trading is halted");
    const auto& best = *books_[instrument_][order->side].begin();
    if (best.second.front() != id) return complain("not the first order of the best level");
    if (size == 0 || size > order->size) return complain("it executes none or too much");
    order->size -= size;
    if (order->size == 0) leave(id, *order);
  }

  void replace(std::uint64_t id, std::uint64_t new_id, std::uint64_t size, std::uint64_t price) {
    Order* order = find(id);
    if (order == nullptr) return;
    const std::size_t side = order->side;
    leave(id, *order);
    add(new_id, side, price, size);
  }

  std::span<const std::byte> message_;
  std::uint64_t instrument_ = 0;
  std::uint64_t time_ = 0;
  bool message_deep_ = false;
  std::map<std::uint64_t, Book> books_;
  std::unordered_map<std::uint64_t, Order> orders_;
  std::unordered_set<std::uint64_t> seen_;
  std::map<std::uint64_t, std::string> stocks_;
  std::map<std::uint64_t, bool> halted_;
};

}  // namespace hft::engine
