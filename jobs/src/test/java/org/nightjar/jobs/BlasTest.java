package org.nightjar.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlasTest {
  @Test
  void thisJvmHasTheVectorOneOrBetter() {
    Blas blas = Blas.inUse();

    assertThat(blas.isSlow()).isFalse();
    assertThat(blas.text()).contains("small=VectorBLAS");
  }

  @Test
  void pureJavaIsSlow() {
    assertThat(new Blas("F2jBLAS", "F2jBLAS").isSlow()).isTrue();
    assertThat(new Blas("F2jBLAS", "JNIBLAS").isSlow()).isFalse();
  }
}
