package io.sluice.testkit;

import java.io.IOException;

/**
 * The ports of one Kafka server on the loopback address.
 *
 * @param clients what {@link KafkaSetup} says of clients holds here
 * @param inside for other brokers, without security
 * @param controller for brokers, without security
 */
record KafkaPorts(int clients, int inside, int controller) {

    static KafkaPorts free() throws IOException {
        return new KafkaPorts(Ports.free(), Ports.free(), Ports.free());
    }
}
