// AVX-512 with VNNI and BF16 (Zen 4, Cooper Lake, Sapphire Rapids and later).
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels.h"

LECTOR_TARGET_BEGIN("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512bf16")

namespace lector {
namespace {

struct Isa {
  static constexpr int FEW = 8;  // tokens up to which reading the weights costs more than computing
  static constexpr int AHEAD = 6144;  // bytes; so much is on its way from memory at 30 GB/s a core and 200 ns

  static inline __m512 scales_of(const uint16_t* scales) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(scales)));
  }

  // bf16, within four columns in the order 0 2 1 3: so a nibble order made for int8 serves bf16 as well.
  static void narrow(const float* x, int n, uint16_t* out) {
    const __m256i order = _mm256_setr_epi16(0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15);
    for (int i = 0; i < n; i += 16) {
      __m256i half = (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x + i));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), _mm256_permutexvar_epi16(order, half));
    }
  }

  static void to_bf16(const float* x, int n, uint16_t* out) {
    for (int i = 0; i < n; i += 16)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x + i)));
  }

  // 16 rows of 4-bit weights times one token. A nibble is an index into a table of bf16 numbers, twice over, so that
  // the bit above it need not be masked.
  template <int G>
  static void few(const uint8_t* w, const uint16_t* scales, const uint16_t* x, int groups, float* out) {
    alignas(64) static const uint16_t numbers[32] = {
        0xC100, 0xC0E0, 0xC0C0, 0xC0A0, 0xC080, 0xC040, 0xC000, 0xBF80, 0x0000, 0x3F80, 0x4000,
        0x4040, 0x4080, 0x40A0, 0x40C0, 0x40E0, 0xC100, 0xC0E0, 0xC0C0, 0xC0A0, 0xC080, 0xC040,
        0xC000, 0xBF80, 0x0000, 0x3F80, 0x4000, 0x4040, 0x4080, 0x40A0, 0x40C0, 0x40E0};  // -8 .. 7
    const __m512i table = _mm512_load_si512(numbers);
    __m512 total = _mm512_setzero_ps();
    for (int g = 0; g < groups; g++) {
      __m512 a = _mm512_setzero_ps(), b = a, c = a, d = a;
#pragma GCC unroll 4
      for (int j = 0; j < G / 8; j++) {
        const __m512i v = _mm512_loadu_si512(w);
        _mm_prefetch(reinterpret_cast<const char*>(w) + AHEAD, _MM_HINT_T1);
        a = _mm512_dpbf16_ps(a, pick(v, table), two(x));
        b = _mm512_dpbf16_ps(b, pick(_mm512_srli_epi16(v, 4), table), two(x + 4));
        c = _mm512_dpbf16_ps(c, pick(_mm512_srli_epi16(v, 8), table), two(x + 2));
        d = _mm512_dpbf16_ps(d, pick(_mm512_srli_epi16(v, 12), table), two(x + 6));
        w += 64;
        x += 8;
      }
      const __m512 sum = _mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d));
      total = _mm512_fmadd_ps(sum, scales_of(scales + g * TILE), total);
    }
    _mm512_storeu_ps(out, total);
  }

  static void quantise(const float* x, int n, int8_t* out, float& scale, int32_t& sum) {
    __m512 most = _mm512_setzero_ps();
    for (int i = 0; i < n; i += 16) most = _mm512_max_ps(most, _mm512_abs_ps(_mm512_loadu_ps(x + i)));
    const float largest = _mm512_reduce_max_ps(most);
    const __m512 inverse = _mm512_set1_ps(largest > 0 ? 127.f / largest : 0.f);
    __m512i total = _mm512_setzero_si512();
    for (int i = 0; i < n; i += 16) {
      const __m512i q = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(x + i), inverse));
      total = _mm512_add_epi32(total, q);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), _mm512_cvtepi32_epi8(q));
    }
    scale = largest / 127.f;
    sum = _mm512_reduce_add_epi32(total);
  }

  // Two tiles times N tokens in int8. Weights are unsigned (8 or 128 too large), which the tokens' sums make good.
  template <int BITS, int G, int N>
  static void many(const uint8_t* w, int64_t tile_bytes, const uint16_t* scales, int groups, const int32_t* x,
                   const float* token_scales, const int32_t* sums, float* out, int64_t stride) {
    const __m512i low = _mm512_set1_epi8(0x0F);
    const uint8_t* w2 = w + tile_bytes;
    const uint16_t* scales2 = scales + groups * TILE;
    __m512 total[N], total2[N];
    for (int n = 0; n < N; n++) total[n] = total2[n] = _mm512_setzero_ps();
    for (int g = 0; g < groups; g++) {
      __m512i a[N], b[N];
#pragma GCC unroll 6
      for (int n = 0; n < N; n++) a[n] = b[n] = _mm512_set1_epi32(-(1 << (BITS - 1)) * sums[g * N + n]);
      for (int j = 0; j < G * BITS / 32; j++) {
        const __m512i v = _mm512_loadu_si512(w), u = _mm512_loadu_si512(w2);
        if constexpr (BITS == 4) {
          dot<N>(_mm512_and_si512(v, low), _mm512_and_si512(u, low), x, a, b);
          dot<N>(_mm512_and_si512(_mm512_srli_epi16(v, 4), low), _mm512_and_si512(_mm512_srli_epi16(u, 4), low), x + N,
                 a, b);
          x += 2 * N;
        } else {
          dot<N>(v, u, x, a, b);
          x += N;
        }
        w += 64;
        w2 += 64;
      }
      const __m512 s = scales_of(scales + g * TILE), s2 = scales_of(scales2 + g * TILE);
#pragma GCC unroll 6
      for (int n = 0; n < N; n++) {
        const __m512 t = _mm512_set1_ps(token_scales[g * N + n]);
        total[n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(a[n]), _mm512_mul_ps(s, t), total[n]);
        total2[n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(b[n]), _mm512_mul_ps(s2, t), total2[n]);
      }
    }
    for (int n = 0; n < N; n++) {
      _mm512_storeu_ps(out + n * stride, total[n]);
      _mm512_storeu_ps(out + n * stride + TILE, total2[n]);
    }
  }

  static void swiglu(const float* gate, const float* up, float* out) {
    const __m512 g = _mm512_loadu_ps(gate), one = _mm512_set1_ps(1.f);
    const __m512 e = exp(_mm512_sub_ps(_mm512_setzero_ps(), g));
    _mm512_storeu_ps(out, _mm512_mul_ps(_mm512_div_ps(g, _mm512_add_ps(one, e)), _mm512_loadu_ps(up)));
  }

  static inline __m512 wide(const uint16_t* x) {
    const __m256i half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
  }

  // 2^(x / ln 2): whole part into the exponent, fraction by its series (error below 2e-7).
  static inline __m512 exp(__m512 x) {
    x = _mm512_min_ps(_mm512_max_ps(x, _mm512_set1_ps(-87.f)), _mm512_set1_ps(88.f));
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

  static inline __m512bh two(const uint16_t* x) {
    return (__m512bh)_mm512_set1_epi32(*reinterpret_cast<const int32_t*>(x));
  }

 private:
  // Of each vector's quarters the first and second added, and the third and fourth.
  static inline __m512 quarters(__m512 a, __m512 b) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
  }

  static inline __m512bh pick(__m512i index, __m512i table) {
    return (__m512bh)_mm512_permutexvar_epi16(index, table);
  }

  template <int N>
  static inline void dot(__m512i v, __m512i u, const int32_t* x, __m512i* a, __m512i* b) {
#pragma GCC unroll 6
    for (int n = 0; n < N; n++) {
      const __m512i four = _mm512_set1_epi32(x[n]);
      a[n] = _mm512_dpbusd_epi32(a[n], v, four);
      b[n] = _mm512_dpbusd_epi32(b[n], u, four);
    }
  }
};

#include "algorithm.h"
#include "attend.h"
#include "flash.h"
#include "block.h"

}  // namespace

const Kernels avx512 = {linear, experts, attend, attend_many, attention_block, mlp_block};

}  // namespace lector

LECTOR_TARGET_END
