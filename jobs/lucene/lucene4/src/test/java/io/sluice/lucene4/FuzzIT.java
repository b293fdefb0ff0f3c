package io.sluice.lucene4;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.fixtures.Fixture;
import io.sluice.fixtures.FuzzProcess;
import org.junit.jupiter.api.Test;

/** Thousands of damaged shards that Lucene 4 to 6 wrote: an error that names the file, or the very same documents. */
class FuzzIT {

    private static final System.Logger LOG = System.getLogger(FuzzIT.class.getName());

    @Test
    void neverShowsAWrongDocumentThatAChecksumCouldTell() throws Exception {
        String told = FuzzProcess.run(Fixture.ES_1, Fixture.ES_2, Fixture.ES_2_FROM_1, Fixture.ES_5);

        LOG.log(System.Logger.Level.INFO, told);
        assertThat(told).contains("sealed again");
    }
}
