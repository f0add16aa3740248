// AVX-512 with VNNI and BF16 (Zen 4, Cooper Lake, Sapphire Rapids and later).
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels.h"

LECTOR_TARGET_BEGIN("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512bf16")

namespace lector {
namespace {

#include "step.h"

struct Isa {
  static constexpr int AHEAD = 6144;  // bytes; so much is on its way from memory at 30 GB/s a core and 200 ns

  static inline __m512 scales_of(const uint16_t* scales) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(scales)));
  }

  static void to_bf16(const float* x, int n, uint16_t* out) {
    for (int i = 0; i < n; i += 16)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x + i)));
  }

  static void quantise(const float* x, int n, int8_t* out, float& scale, int32_t& sum) {
    // Sizes are compared by their bits: so NaN and infinity, which are no numbers, are larger than all that are.
    const __m512i unsign = _mm512_set1_epi32(0x7FFFFFFF);
    __m512i most = _mm512_setzero_si512();
    for (int i = 0; i < n; i += 16)
      most = _mm512_max_epi32(most, _mm512_and_si512(unsign, _mm512_loadu_si512(x + i)));
    const Step step(std::bit_cast<float>(int32_t(_mm512_reduce_max_epi32(most))));
    scale = step.scale;
    sum = 0;
    if (step.is_nothing) return void(std::fill_n(out, n, int8_t(0)));
    const __m512 inverse = _mm512_set1_ps(step.inverse);
    __m512i total = _mm512_setzero_si512();
    for (int i = 0; i < n; i += 16) {
      const __m512i q = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(x + i), inverse));
      total = _mm512_add_epi32(total, q);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), _mm512_cvtepi32_epi8(q));
    }
    sum = _mm512_reduce_add_epi32(total);
  }

  // Two tiles times N tokens in int8: side by side, or one after the other, which is how memory is read fastest.
  template <int BITS, int G, int N>
  static void many(const uint8_t* w, int64_t tile_bytes, const uint16_t* scales, int groups, const int32_t* x,
                   const float* token_scales, const int32_t* sums, float* out, bool in_order) {
    if (!in_order) return tiles<BITS, G, N, 2>(w, tile_bytes, scales, groups, x, token_scales, sums, out);
    for (int i = 0; i < 2; i++)
      tiles<BITS, G, N, 1>(w + i * tile_bytes, tile_bytes, scales + i * groups * TILE, groups, x, token_scales, sums,
                           out + i * TILE);
  }

  // Weights are unsigned (8 or 128 too large), which the tokens' sums make good.
  template <int BITS, int G, int N, int T>
  static void tiles(const uint8_t* w, int64_t tile_bytes, const uint16_t* scales, int groups, const int32_t* x,
                    const float* token_scales, const int32_t* sums, float* out) {
    constexpr int CHAINS = N * T <= 4 ? 2 : 1;  // sums that do not wait for one another
    const __m512i low = _mm512_set1_epi8(0x0F);
    __m512 total[T][N];
    for (int i = 0; i < T; i++)
      for (int n = 0; n < N; n++) total[i][n] = _mm512_setzero_ps();
    for (int g = 0; g < groups; g++, scales += TILE) {
      __m512i a[CHAINS][T][N];
      for (int i = 0; i < T; i++)
#pragma GCC unroll 6
        for (int n = 0; n < N; n++) {
          a[0][i][n] = _mm512_set1_epi32(-(1 << (BITS - 1)) * sums[g * N + n]);
          if (CHAINS == 2) a[1][i][n] = _mm512_setzero_si512();
        }
#pragma GCC unroll 2
      for (int j = 0; j < G / 8; j++, w += 16 * BITS, x += 2 * N) {  // eight columns
        __m512i first[T], second[T];
        for (int i = 0; i < T; i++) {
          const uint8_t* at = w + i * tile_bytes;
          const __m512i v = _mm512_loadu_si512(at);
          first[i] = BITS == 4 ? _mm512_and_si512(v, low) : v;
          second[i] = BITS == 4 ? _mm512_and_si512(_mm512_srli_epi16(v, 4), low) : _mm512_loadu_si512(at + 64);
          for (int byte = 0; byte < 16 * BITS; byte += 64)
            _mm_prefetch(reinterpret_cast<const char*>(at) + byte + AHEAD, _MM_HINT_T1);
        }
        dot<N, T>(first, x, a[0]);
        dot<N, T>(second, x + N, a[CHAINS - 1]);
      }
      for (int i = 0; i < T; i++) {
        const __m512 s = scales_of(scales + i * groups * TILE);
#pragma GCC unroll 6
        for (int n = 0; n < N; n++) {
          const __m512 t = _mm512_set1_ps(token_scales[g * N + n]);
          const __m512i sum = CHAINS == 2 ? _mm512_add_epi32(a[0][i][n], a[1][i][n]) : a[0][i][n];
          total[i][n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_mul_ps(s, t), total[i][n]);
        }
      }
    }
    for (int i = 0; i < T; i++)
      for (int n = 0; n < N; n++) _mm512_storeu_ps(out + n * PAIR + i * TILE, total[i][n]);
  }

  static void swiglu(const float* gate, const float* up, float* out) {
    const __m512 g = _mm512_loadu_ps(gate), one = _mm512_set1_ps(1.f);
    const __m512 e = exp(_mm512_sub_ps(_mm512_setzero_ps(), g));
    _mm512_storeu_ps(out, _mm512_mul_ps(_mm512_div_ps(g, _mm512_add_ps(one, e)), _mm512_loadu_ps(up)));
  }

  // 2^(x / ln 2): whole part into the exponent, fraction by its series (error below 2e-7). Minimum and maximum give
  // their second operand where one is NaN, so that NaN stays it.
  static inline __m512 exp(__m512 x) {
    x = _mm512_min_ps(_mm512_set1_ps(88.f), _mm512_max_ps(_mm512_set1_ps(-87.f), x));
    const __m512 whole = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), 0);
    __m512 r = _mm512_fnmadd_ps(whole, _mm512_set1_ps(0.693359375f), x);
    r = _mm512_fnmadd_ps(whole, _mm512_set1_ps(-2.12194440e-4f), r);
    __m512 p = _mm512_set1_ps(1.f / 720);
    for (float c : {1.f / 120, 1.f / 24, 1.f / 6, 0.5f, 1.f, 1.f}) p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(c));
    return _mm512_scalef_ps(p, whole);
  }

  // 2^x to 4e-5, enough for what is rounded to bf16: whole part into the exponent, fraction by its series.
  static inline __m512 power_of_two(__m512 x) {
    const __m512 whole = _mm512_roundscale_ps(x, 0), r = _mm512_sub_ps(x, whole);
    __m512 p = _mm512_set1_ps(9.6181291e-3f);
    for (float c : {5.5504109e-2f, 0.24022651f, 0.69314718f, 1.f}) p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(c));
    return _mm512_scalef_ps(p, whole);
  }

  // int8 as bf16, which holds it exactly; n is a multiple of 32.
  static inline void widen(const int8_t* x, int n, uint16_t* out) {
    for (int i = 0; i < n; i += 32) {
      const auto floats = [&](int from) {
        return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x + from))));
      };
      _mm512_storeu_si512(out + i, (__m512i)_mm512_cvtne2ps_pbh(floats(i + 16), floats(i)));
    }
  }

  // Lane i of the result is the sum of all lanes of rows[i].
  static inline __m512 sums_of(const __m512* rows) {
    __m512 pairs[8], fours[4];
    for (int i = 0; i < 8; i++)
      pairs[i] = _mm512_add_ps(_mm512_unpacklo_ps(rows[2 * i], rows[2 * i + 1]),
                               _mm512_unpackhi_ps(rows[2 * i], rows[2 * i + 1]));
    for (int i = 0; i < 4; i++) {
      const __m512d a = _mm512_castps_pd(pairs[2 * i]), b = _mm512_castps_pd(pairs[2 * i + 1]);
      fours[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(a, b)), _mm512_castpd_ps(_mm512_unpackhi_pd(a, b)));
    }
    const __m512 low = quarters(fours[0], fours[1]), high = quarters(fours[2], fours[3]);
    return quarters(low, high);
  }

  // Four bytes, in every lane.
  static inline __m512i word(const void* x) {
    int32_t bytes;
    std::memcpy(&bytes, x, 4);
    return _mm512_set1_epi32(bytes);
  }

 private:
  // Of each vector's quarters the first and second added, and the third and fourth.
  static inline __m512 quarters(__m512 a, __m512 b) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
  }

  template <int N, int T>
  static inline void dot(const __m512i* v, const int32_t* x, __m512i (*a)[N]) {
#pragma GCC unroll 6
    for (int n = 0; n < N; n++) {
      const __m512i four = _mm512_set1_epi32(x[n]);
      for (int i = 0; i < T; i++) a[i][n] = _mm512_dpbusd_epi32(a[i][n], v[i], four);
    }
  }
};

#include "algorithm.h"
#define LECTOR_STEPS "attend_avx512.h"
#include "attend.h"
#include "scores.h"
#include "flash.h"
#include "block.h"

}  // namespace

const Kernels avx512 = {linear, experts, attend, attend_many, attention_block, mlp_block};

}  // namespace lector

LECTOR_TARGET_END
