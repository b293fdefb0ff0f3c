package io.sluice.config;

import java.util.function.Function;

/**
 * One of several ways to say a thing.
 *
 * @param standsAlone whether the name alone, without anything under it, is enough
 */
record Way<T>(String name, boolean standsAlone, Function<Fields, T> reader) {

    /** {@code auth: none}. */
    static <T> Way<T> word(String name, T value) {
        return new Way<>(name, true, fields -> value);
    }

    /** {@code repository: {fs: /mnt/repo}}. */
    static <V, T> Way<T> value(String name, ValueType<V> type, Function<V, T> made) {
        return new Way<>(name, false, fields -> made.apply(fields.taken(name, type)));
    }

    /** {@code auth: {basic: {username: u, password: p}}}. */
    static <T> Way<T> section(String name, Function<Fields, ? extends T> reader) {
        return new Way<>(name, false, fields -> fields.<T>section(name, reader::apply));
    }

    T read(Fields fields) {
        return reader.apply(fields);
    }
}
