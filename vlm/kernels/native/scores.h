// Scores of queries with keys, for `flash.h`, in one of two kinds. A prompt's are in bf16. Those of a frame of a picture
// are in int8, a scale for each row, which halves their cost: patches are many and see all of each other, and their
// softmax forgives it (SageAttention, arXiv 2410.02367). A number all keys share changes no softmax, so that their mean
// is taken away first, which leaves int8 the differences.

constexpr int KEYS = 64;        // side by side in four vectors
constexpr int KEY_BLOCK = 512;  // between two corrections of the running softmax

// A head's queries: rows of numbers that lie `stride` apart, and what their scores are multiplied with.
template <class Number>
struct QueryRows {
  const Number* first;
  int64_t stride;
  const float* scales;  // as far apart as heads are many; null: 1
  int scale_stride;

  QueryRows from(int64_t t) const {
    return {first + t * stride, stride, scales ? scales + t * scale_stride : nullptr, scale_stride};
  }
  float scale(int n) const { return scales ? scales[n * scale_stride] : 1.f; }
};

// A head's keys, `length` filled up to whole KEYS with zeros: [length / 64][words of four bytes][64].
template <class Number>
struct PackedKeys {
  const Number* numbers;
  const float* scales;    // [length] of int8
  const int32_t* shifts;  // [length] what the queries' being unsigned adds
};

// What sums of integers are kept in: of __m512i, which has other lanes, GCC writes each one to memory as well.
using Ints = int32_t __attribute__((vector_size(64)));

// KEYS rows, `stride` times two bytes apart, to their places: four bytes of each side by side, then the next four. Rows
// from `count` on are zeros.
inline void place_keys(const void* rows, int stride, int count, int words, int32_t* keys) {
  const __m512i lanes = _mm512_mullo_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), _mm512_set1_epi32(stride));
  for (int t = 0; t < KEYS; t += 16) {
    const int left = count - t;
    const __mmask16 here = left >= 16 ? 0xFFFF : left > 0 ? __mmask16((1u << left) - 1) : 0;
    const char* first = static_cast<const char*>(rows) + int64_t(2) * t * stride;
    for (int w = 0; w < words; w++)
      _mm512_storeu_si512(keys + w * KEYS + t,
                          _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), here, lanes, first + 4 * w, 2));
  }
}

struct WideScores {
  using Number = uint16_t;  // bf16

  static void take_mean(const Many&, int, float*) {}  // nothing is rounded

  // KEYS of them from token t on.
  static void pack_keys(const Many& m, int head, int64_t t, const float*, Number* keys, float*, int32_t*) {
    place_keys(m.k.first + t * m.k.stride + head * m.size, int(m.k.stride), int(std::min<int64_t>(KEYS, m.length - t)),
               m.size / 2, reinterpret_cast<int32_t*>(keys));
  }

  static void pack_query(const Many&, int64_t, int, Number*, float&) {}  // they are used as they come

  // scores[N][KEY_BLOCK] of N queries and the first `count` keys behind key `at`, in steps of KEYS.
  template <int N>
  static void score(const QueryRows<Number>& q, const PackedKeys<Number>& k, int64_t at, int count, int size,
                    float (*scores)[KEY_BLOCK]) {
    const Number* keys = k.numbers + at * size;
    for (int first = 0; first < count; first += KEYS) {
      __m512 sums[N][4];
      for (int n = 0; n < N; n++)
        for (int i = 0; i < 4; i++) sums[n][i] = _mm512_setzero_ps();
      for (int p = 0; p < size / 2; p++, keys += 2 * KEYS) {
        __m512bh key[4];
        for (int i = 0; i < 4; i++) key[i] = (__m512bh)_mm512_loadu_si512(keys + 32 * i);
#pragma GCC unroll 6
        for (int n = 0; n < N; n++) {
          const __m512bh query = Isa::two(q.first + n * q.stride + 2 * p);
          for (int i = 0; i < 4; i++) sums[n][i] = _mm512_dpbf16_ps(sums[n][i], query, key[i]);
        }
      }
      for (int n = 0; n < N; n++)
        for (int i = 0; i < 4; i++) _mm512_storeu_ps(scores[n] + first + 16 * i, sums[n][i]);
    }
  }
};

struct NarrowScores {
  using Number = uint8_t;  // queries 128 too large, keys as int8

  // A row of one head, its halves turned by the angles of token t.
  static void turned(const Rows& rows, const Many& m, int64_t t, int head, float* out) {
    const int half = m.size / 2;
    const uint16_t* x = rows.first + t * rows.stride + head * m.size;
    const float *c = m.cos + t * half, *n = m.sin + t * half;
    for (int i = 0; i < half; i++) {
      const float first = from_bf16(x[i]), second = from_bf16(x[i + half]);
      out[i] = first * c[i] - second * n[i];
      out[i + half] = second * c[i] + first * n[i];
    }
  }

  static void take_mean(const Many& m, int head, float* mean) {
    alignas(64) float row[MOST_SIZE];
    std::fill(mean, mean + m.size, 0.f);
    for (int64_t t = 0; t < m.length; t++) {
      turned(m.k, m, t, head, row);
      for (int i = 0; i < m.size; i++) mean[i] += row[i];
    }
    for (int i = 0; i < m.size; i++) mean[i] /= float(m.length);
  }

  // KEYS of them from token t on.
  static void pack_keys(const Many& m, int head, int64_t t, const float* mean, Number* keys, float* scales,
                        int32_t* shifts) {
    alignas(64) float row[MOST_SIZE];
    alignas(64) int8_t rows[KEYS * MOST_SIZE];
    const int count = int(std::min<int64_t>(KEYS, m.length - t));
    for (int n = 0; n < KEYS; n++) {
      scales[n] = 0.f, shifts[n] = 0;
      if (n >= count) continue;
      turned(m.k, m, t + n, head, row);
      for (int i = 0; i < m.size; i++) row[i] -= mean[i];
      Isa::quantise(row, m.size, rows + n * m.size, scales[n], shifts[n]);
      shifts[n] *= -128;
    }
    place_keys(rows, m.size / 2, count, m.size / 4, reinterpret_cast<int32_t*>(keys));
  }

  static void pack_query(const Many& m, int64_t t, int head, Number* to, float& scale) {
    alignas(64) float row[MOST_SIZE];
    int32_t sum;
    turned(m.q, m, t, head, row);
    Isa::quantise(row, m.size, reinterpret_cast<int8_t*>(to), scale, sum);
    for (int i = 0; i < m.size; i++) to[i] ^= 0x80;
  }

  // As `WideScores::score`; the queries' scales are still to come.
  template <int N>
  static void score(const QueryRows<Number>& q, const PackedKeys<Number>& k, int64_t at, int count, int size,
                    float (*scores)[KEY_BLOCK]) {
    const Number* keys = k.numbers + at * size;
    for (int first = 0; first < count; first += KEYS) {
      Ints sums[N][4];
#pragma GCC unroll 6
      for (int n = 0; n < N; n++)
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) sums[n][i] = Ints{};
      for (int p = 0; p < size / 4; p++, keys += 4 * KEYS) {
        __m512i key[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) key[i] = _mm512_loadu_si512(keys + 64 * i);
#pragma GCC unroll 6
        for (int n = 0; n < N; n++) {
          const __m512i query = Isa::four(q.first + n * q.stride + 4 * p);
#pragma GCC unroll 4
          for (int i = 0; i < 4; i++) sums[n][i] = (Ints)_mm512_dpbusd_epi32((__m512i)sums[n][i], query, key[i]);
        }
      }
#pragma GCC unroll 6
      for (int n = 0; n < N; n++)
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
          const __m512i sum = _mm512_add_epi32((__m512i)sums[n][i], _mm512_loadu_si512(k.shifts + at + first + 16 * i));
          const __m512 scale = _mm512_loadu_ps(k.scales + at + first + 16 * i);
          _mm512_storeu_ps(scores[n] + first + 16 * i, _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scale));
        }
    }
  }
};
