// The hot loop of OrderBookSet for processors with AVX-512.
#define HFT_ISA avx512
#include "hft/book/order_book_apply.hpp"
