package io.sluice.replay.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

class DomainsTest {

    private static final int KEY_GROUPS = 128;

    @Test
    void whateverTheParallelismEachSubtaskHasAKeyOfItsOwn() {
        for (int parallelism = 1; parallelism <= KEY_GROUPS; parallelism++) {
            for (int subtask = 0; subtask < parallelism; subtask++) {
                int key = Domains.keyOf(subtask, parallelism, KEY_GROUPS);

                assertThat(KeyGroupRangeAssignment.assignKeyToParallelOperator(key, KEY_GROUPS, parallelism))
                        .isEqualTo(subtask);
            }
        }
    }
}
