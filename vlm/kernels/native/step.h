// How numbers of a group become int8. Included by each instruction set, in a namespace of its own.

struct Step {
  float scale;      // what an int8 of 1 stands for; NaN, as all that is made with it, where a number is NaN or infinite
  float inverse;    // what numbers are multiplied with
  bool is_nothing;  // all int8 are 0: so are the numbers, or they are too small for an inverse, or the scale is NaN

  // `largest` of the numbers' sizes: NaN or infinity if one is.
  explicit Step(float largest)
      : scale(std::isfinite(largest) ? largest / 127.f : NAN),
        inverse(127.f / largest),
        is_nothing(!(inverse > 0.f && inverse <= FLT_MAX)) {}
};
