package io.sluice.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.capture.wire.Fragment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SortedRunsTest {

    private record Got(int proxy, int partition, long time, long number) {}

    @TempDir
    private Path folder;

    @Test
    void manyFilesAreMergedAndOfOneTimeTheFirstComesFirst() throws Exception {
        Random random = new Random(1);
        SortedRuns runs = new SortedRuns(folder, 2, 1_000, 3);
        int count = 3_000; // about 300 files, merged five times over

        for (int i = 1; i <= count; i++) {
            runs.fragment(
                    i % 4,
                    i % 2,
                    1 + random.nextInt(50),
                    Fragment.newBuilder().setConnection(i).build());
        }
        List<Got> got = new ArrayList<>();
        runs.drainTo((proxy, partition, time, fragment) ->
                got.add(new Got(proxy, partition, time, fragment.getConnection())));

        assertThat(got).hasSize(count);
        for (int i = 1; i < count; i++) {
            Got before = got.get(i - 1);
            Got now = got.get(i);
            assertThat(now.time()).isGreaterThanOrEqualTo(before.time());
            if (now.time() == before.time()) {
                assertThat(now.number()).isGreaterThan(before.number());
            }
        }
        assertThat(got).allMatch(one -> one.proxy() == one.number() % 4 && one.partition() == one.number() % 2);
        assertThat(runs.first()).isEqualTo(1);
        assertThat(runs.last()).isEqualTo(50);
        assertThat(folder).isEmptyDirectory();
    }
}
