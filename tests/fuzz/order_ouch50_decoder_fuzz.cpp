// Any bytes as a message of OUCH 5.0 (first byte even), or as commands (odd): the decoder gives a
// verdict and reads nothing outside them; a command that can be written depends on nothing before
// it, its appendage can be read, and when the venue accepts it the report says what the command
// said.
#include "hft/order/ouch50/decoder.hpp"
#include "hft/order/ouch50/encoder.hpp"
#include "order_fuzz.hpp"

namespace {

using namespace hft;
using namespace hft::order::fuzz;
namespace ouch = wire::ouch50;

template <class Message>
std::span<const std::byte> options_of(std::span<const std::byte> message) {
  std::span<const std::byte> appendage;
  require(ouch::find_appendage<Message>(message, appendage));
  ouch::AppendageReader reader(appendage);
  ouch::Option option{};
  while (reader.next(option)) require(ouch::option_size(option.tag) != 0);
  require(!reader.bad());
  return appendage;
}

void check_entered(const record::OrderCommand& command, std::span<const std::byte> message) {
  options_of<ouch::inbound::EnterOrder>(message);
  const auto in = read<ouch::inbound::EnterOrder>(message);
  ouch::outbound::OrderAccepted answer{};
  answer.message_type = ouch::outbound::OrderAccepted::tag;
  answer.user_ref_num = in.user_ref_num;
  answer.side = in.side;
  answer.shares = in.shares;
  answer.symbol = in.symbol;
  answer.price = in.price;
  record::OrderReport report{};
  const auto bytes = std::as_bytes(std::span(&answer, 1));
  check_accepted(command, report, order::ouch50::decode(bytes, context(), report));
}

void check_command(order::ouch50::Encoder& encoder, const record::OrderCommand& command) {
  const auto packet = encode(encoder, command);
  if (packet.empty()) return;
  const auto message = message_of(packet);
  if (command.action == record::CommandAction::enter) return check_entered(command, message);
  if (command.action == record::CommandAction::replace) {
    options_of<ouch::inbound::ReplaceOrder>(message);
    const auto in = read<ouch::inbound::ReplaceOrder>(message);
    require(in.orig_user_ref_num == command.original_client_order_id);
    require(in.user_ref_num == command.client_order_id && in.shares == command.size);
    return;
  }
  const auto in = read<ouch::inbound::CancelOrder>(message);
  require(message.size() == sizeof in && in.user_ref_num == command.client_order_id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  auto input = std::as_bytes(std::span(data + 1, size - 1));
  if (data[0] % 2 == 0) {
    check_any_message(input, order::ouch50::decode);
    const Exact exact(input);
    if (order::ouch50::next_user_ref_num(exact.bytes()) != 0) require(input[0] == std::byte{'Q'});
    return 0;
  }
  order::ouch50::Encoder encoder(symbols(), config);
  do {
    check_command(encoder, command_of(input));
    input = input.subspan(std::min(input.size(), sizeof(record::OrderCommand)));
  } while (!input.empty());
  return 0;
}
