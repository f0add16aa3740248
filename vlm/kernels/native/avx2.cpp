// AVX2 with FMA and F16C (Haswell, Zen and later).
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels.h"

LECTOR_TARGET_BEGIN("avx2,fma,f16c")

namespace lector {
namespace {

#include "step.h"

struct Isa {
  static void quantise(const float* x, int n, int8_t* out, float& scale, int32_t& sum) {
    // Sizes are compared by their bits: so NaN and infinity, which are no numbers, are larger than all that are.
    const __m256i unsign = _mm256_set1_epi32(0x7FFFFFFF);
    __m256i most = _mm256_setzero_si256();
    for (int i = 0; i < n; i += 8)
      most = _mm256_max_epi32(most, _mm256_and_si256(unsign, _mm256_castps_si256(_mm256_loadu_ps(x + i))));
    alignas(32) int32_t lanes[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), most);
    const Step step(std::bit_cast<float>(*std::max_element(lanes, lanes + 8)));
    scale = step.scale;
    sum = 0;
    if (step.is_nothing) return void(std::fill_n(out, n, int8_t(0)));
    const __m256 inverse = _mm256_set1_ps(step.inverse);
    for (int i = 0; i < n; i += 8) {
      alignas(32) int32_t q[8];
      const __m256i rounded = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + i), inverse));
      _mm256_store_si256(reinterpret_cast<__m256i*>(q), rounded);
      for (int j = 0; j < 8; j++) {
        out[i + j] = int8_t(q[j]);
        sum += q[j];
      }
    }
  }

  // To the nearest, ties to even. Of NaN only the upper half counts, which rounding could turn into that of a number.
  static void to_bf16(const float* x, int n, uint16_t* out) {
    for (int i = 0; i < n; i += 8) {
      const __m256 value = _mm256_loadu_ps(x + i);
      const __m256i bits = _mm256_castps_si256(value);
      const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
      const __m256i rounded = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7FFF)));
      const __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(value, value, _CMP_UNORD_Q));
      store_upper(_mm256_blendv_epi8(rounded, _mm256_set1_epi32(0x7FC00000), nan), out + i);
    }
  }

  // int8 as bf16, which holds it exactly; n is a multiple of 32.
  static inline void widen(const int8_t* x, int n, uint16_t* out) {
    for (int i = 0; i < n; i += 8) {
      const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(x + i));
      store_upper(_mm256_castps_si256(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes))), out + i);
    }
  }

  // Two tiles times N tokens. A tile's vector is two registers of eight rows: both at once, or, where there are too many
  // tokens for that, first the one and then the other of all vectors.
  template <int BITS, int G, int N>
  static void many(const uint8_t* w, int64_t tile_bytes, const uint16_t* scales, int groups, const int32_t* x,
                   const float* token_scales, const int32_t* sums, float* out, bool) {
    constexpr int H = N <= 2 ? 2 : 1;
    for (int half = 0; half < 4; half += H)
      halves<BITS, G, N, H>(w + half / 2 * tile_bytes + half % 2 * 32, scales + half / 2 * groups * TILE + half % 2 * 8,
                            groups, x, token_scales, sums, out + half * 8);
  }

  static void swiglu(const float* gate, const float* up, float* out) {
    const __m256 one = _mm256_set1_ps(1.f);
    for (int i = 0; i < TILE; i += 8) {
      const __m256 g = _mm256_loadu_ps(gate + i), e = exp(_mm256_sub_ps(_mm256_setzero_ps(), g));
      _mm256_storeu_ps(out + i, _mm256_mul_ps(_mm256_div_ps(g, _mm256_add_ps(one, e)), _mm256_loadu_ps(up + i)));
    }
  }

  // 2^(x / ln 2): whole part into the exponent, fraction by its series (error below 2e-7). Minimum and maximum give
  // their second operand where one is NaN, so that NaN stays it.
  static inline __m256 exp(__m256 x) {
    x = _mm256_min_ps(_mm256_set1_ps(88.f), _mm256_max_ps(_mm256_set1_ps(-87.f), x));
    const __m256 whole = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)), 8);  // nearest, silently
    __m256 r = _mm256_fnmadd_ps(whole, _mm256_set1_ps(0.693359375f), x);
    r = _mm256_fnmadd_ps(whole, _mm256_set1_ps(-2.12194440e-4f), r);
    __m256 p = _mm256_set1_ps(1.f / 720);
    for (float c : {1.f / 120, 1.f / 24, 1.f / 6, 0.5f, 1.f, 1.f}) p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(c));
    const __m256i exponent = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(whole), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(p, _mm256_castsi256_ps(exponent));
  }

  static inline float sum(__m256 x) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
  }

 private:
  static constexpr int AHEAD = 4096;  // bytes that are on their way from memory

  // The upper halves of eight numbers of 32 bits.
  static inline void store_upper(__m256i x, uint16_t* out) {
    const __m256i upper = _mm256_srli_epi32(x, 16);
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(upper, upper), 0x08);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm256_castsi256_si128(packed));
  }

  template <int BITS, int G, int N, int H>
  static inline void halves(const uint8_t* v, const uint16_t* scales, int groups, const int32_t* x,
                            const float* token_scales, const int32_t* sums, float* out) {
    constexpr int VECTORS = G * BITS / 32;
    __m256 total[H][N];
    for (int h = 0; h < H; h++)
      for (int n = 0; n < N; n++) total[h][n] = _mm256_setzero_ps();
    for (int g = 0; g < groups; g++, scales += TILE) {
      __m256i a[H][N];
      for (int h = 0; h < H; h++)
        for (int n = 0; n < N; n++) a[h][n] = _mm256_set1_epi32(BITS == 4 ? -8 * sums[g * N + n] : 0);
      if constexpr (BITS == 4) {
        // Weights of 0..15: sixteen products with -127..127 fit 16 bits.
        for (int j = 0; j < VECTORS; j += 4) {
          __m256i narrow[H][N];
          for (int h = 0; h < H; h++)
            for (int n = 0; n < N; n++) narrow[h][n] = _mm256_setzero_si256();
#pragma GCC unroll 4
          for (int i = 0; i < 4; i++, v += 64, x += 2 * N) {
            _mm_prefetch(reinterpret_cast<const char*>(v) + AHEAD, _MM_HINT_T1);
            for (int h = 0; h < H; h++) dot4<N>(load(v + 32 * h), x, narrow[h]);
          }
          for (int h = 0; h < H; h++)
            for (int n = 0; n < N; n++)
              a[h][n] = _mm256_add_epi32(a[h][n], _mm256_madd_epi16(narrow[h][n], _mm256_set1_epi16(1)));
        }
      } else {
#pragma GCC unroll 2
        for (int j = 0; j < VECTORS; j++, v += 64, x += N) {
          _mm_prefetch(reinterpret_cast<const char*>(v) + AHEAD, _MM_HINT_T1);
          for (int h = 0; h < H; h++) dot8<N>(load(v + 32 * h), x, a[h]);
        }
      }
      for (int h = 0; h < H; h++) {
        const __m256 s = _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(scales + 8 * h)));
        for (int n = 0; n < N; n++) {
          const __m256 t = _mm256_mul_ps(s, _mm256_set1_ps(token_scales[g * N + n]));
          total[h][n] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(a[h][n]), t, total[h][n]);
        }
      }
    }
    for (int h = 0; h < H; h++)
      for (int n = 0; n < N; n++) _mm256_storeu_ps(out + n * PAIR + h * 8, total[h][n]);
  }

  static inline __m256i load(const uint8_t* v) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(v)); }

  template <int N>
  static inline void dot4(__m256i bytes, const int32_t* x, __m256i* narrow) {
    const __m256i mask = _mm256_set1_epi8(0x0F);
    const __m256i low = _mm256_and_si256(bytes, mask), high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), mask);
    for (int n = 0; n < N; n++) {
      const __m256i first = _mm256_maddubs_epi16(low, _mm256_set1_epi32(x[n]));
      const __m256i second = _mm256_maddubs_epi16(high, _mm256_set1_epi32(x[N + n]));
      // Nothing saturates; but plain sums GCC puts in another order, for which it needs more registers than there are.
      narrow[n] = _mm256_adds_epi16(narrow[n], _mm256_adds_epi16(first, second));
    }
  }

  // Weights of -128..127: their sizes times tokens that have their signs. Two products fit 16 bits.
  template <int N>
  static inline void dot8(__m256i bytes, const int32_t* x, __m256i* a) {
    const __m256i w = _mm256_xor_si256(bytes, _mm256_set1_epi8(-128)), size = _mm256_abs_epi8(w);
    for (int n = 0; n < N; n++) {
      const __m256i products = _mm256_maddubs_epi16(size, _mm256_sign_epi8(_mm256_set1_epi32(x[n]), w));
      a[n] = _mm256_add_epi32(a[n], _mm256_madd_epi16(products, _mm256_set1_epi16(1)));
    }
  }
};

#include "algorithm.h"
#define LECTOR_STEPS "attend_avx2.h"
#include "attend.h"
#include "block.h"

}  // namespace

const Kernels avx2 = {linear, experts, attend, nullptr, attention_block, mlp_block};

}  // namespace lector

LECTOR_TARGET_END
