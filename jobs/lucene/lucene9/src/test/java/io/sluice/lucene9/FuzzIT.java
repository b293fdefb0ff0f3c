package io.sluice.lucene9;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FuzzProcess;
import org.junit.jupiter.api.Test;

/** Thousands of damaged shards that Lucene 7 to 10 wrote: an error that names the file, or the very same documents. */
class FuzzIT {

    private static final System.Logger LOG = System.getLogger(FuzzIT.class.getName());

    @Test
    void neverShowsAWrongDocumentThatAChecksumCouldTell() throws Exception {
        String told = FuzzProcess.run(
                Fixture.ES_6,
                Fixture.ES_7,
                Fixture.ES_8,
                Fixture.ES_9,
                Fixture.ES_7_FROM_6,
                Fixture.ES_9_FROM_8,
                Fixture.OS_1,
                Fixture.OS_2,
                Fixture.OS_2_FROM_ES_7,
                Fixture.OS_3);

        LOG.log(System.Logger.Level.INFO, told);
        assertThat(told).contains("sealed again");
    }
}
