// AVX2 with FMA and F16C (Haswell, Zen and later).
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels.h"

LECTOR_TARGET_BEGIN("avx2,fma,f16c")

namespace lector {
namespace {

struct Isa {
  static void quantise(const float* x, int n, int8_t* out, float& scale, int32_t& sum) {
    const __m256 sign = _mm256_set1_ps(-0.f);
    __m256 most = _mm256_setzero_ps();
    for (int i = 0; i < n; i += 8) most = _mm256_max_ps(most, _mm256_andnot_ps(sign, _mm256_loadu_ps(x + i)));
    alignas(32) float lanes[8];
    _mm256_store_ps(lanes, most);
    const float largest = *std::max_element(lanes, lanes + 8);
    const __m256 inverse = _mm256_set1_ps(largest > 0 ? 127.f / largest : 0.f);
    sum = 0;
    for (int i = 0; i < n; i += 8) {
      alignas(32) int32_t q[8];
      const __m256i rounded = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + i), inverse));
      _mm256_store_si256(reinterpret_cast<__m256i*>(q), rounded);
      for (int j = 0; j < 8; j++) {
        out[i + j] = int8_t(q[j]);
        sum += q[j];
      }
    }
    scale = largest / 127.f;
  }

  // Two tiles times N tokens, half a tile (eight rows, a register of int32) and one token after the other.
  template <int BITS, int G, int N>
  static void many(const uint8_t* w, int64_t tile_bytes, const uint16_t* scales, int groups, const int32_t* x,
                   const float* token_scales, const int32_t* sums, float* out, bool) {
    for (int half = 0; half < 4; half++) {
      const uint8_t* v = w + half / 2 * tile_bytes + half % 2 * 32;
      const uint16_t* s = scales + half / 2 * groups * TILE + half % 2 * 8;
      const int32_t* words = x;
      __m256 total[N];
      for (int n = 0; n < N; n++) total[n] = _mm256_setzero_ps();
      for (int g = 0; g < groups; g++, s += TILE) {
        __m256i a[N];
        for (int n = 0; n < N; n++) a[n] = _mm256_set1_epi32(-(1 << (BITS - 1)) * sums[g * N + n]);
        for (int j = 0; j < G * BITS / 32; j++, v += 64) {
          const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(v));
          const __m256i low = _mm256_set1_epi8(0x0F);
          if constexpr (BITS == 4) {
            dot4<N>(_mm256_and_si256(bytes, low), words, a);
            dot4<N>(_mm256_and_si256(_mm256_srli_epi16(bytes, 4), low), words + N, a);
            words += 2 * N;
          } else {
            dot8<N>(bytes, words, a);
            words += N;
          }
        }
        const __m256 row_scales = _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(s)));
        for (int n = 0; n < N; n++) {
          const __m256 t = _mm256_mul_ps(row_scales, _mm256_set1_ps(token_scales[g * N + n]));
          total[n] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(a[n]), t, total[n]);
        }
      }
      for (int n = 0; n < N; n++) _mm256_storeu_ps(out + n * PAIR + half * 8, total[n]);
    }
  }

  static void swiglu(const float* gate, const float* up, float* out) {
    for (int i = 0; i < TILE; i++) out[i] = gate[i] / (1.f + std::exp(-gate[i])) * up[i];
  }

 private:
  // Weights of 0..15: two products fit 16 bits.
  template <int N>
  static inline void dot4(__m256i v, const int32_t* x, __m256i* a) {
    const __m256i ones = _mm256_set1_epi16(1);
    for (int n = 0; n < N; n++) {
      const __m256i products = _mm256_maddubs_epi16(v, _mm256_set1_epi32(x[n]));
      a[n] = _mm256_add_epi32(a[n], _mm256_madd_epi16(products, ones));
    }
  }

  // Weights of 0..255 would overflow 16 bits in pairs: even and odd columns apart.
  template <int N>
  static inline void dot8(__m256i v, const int32_t* x, __m256i* a) {
    const __m256i even = _mm256_and_si256(v, _mm256_set1_epi16(0xFF)), odd = _mm256_srli_epi16(v, 8);
    for (int n = 0; n < N; n++) {
      const __m256i four = _mm256_set1_epi32(x[n]);
      const __m256i x_even = _mm256_srai_epi16(_mm256_slli_epi16(four, 8), 8), x_odd = _mm256_srai_epi16(four, 8);
      a[n] = _mm256_add_epi32(a[n], _mm256_madd_epi16(even, x_even));
      a[n] = _mm256_add_epi32(a[n], _mm256_madd_epi16(odd, x_odd));
    }
  }
};

#include "algorithm.h"

}  // namespace

const Kernels avx2 = {linear, experts, nullptr, nullptr, nullptr, nullptr};

}  // namespace lector

LECTOR_TARGET_END
