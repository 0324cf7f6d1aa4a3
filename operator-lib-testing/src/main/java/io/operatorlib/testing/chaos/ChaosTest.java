package io.operatorlib.testing.chaos;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that gets a {@link Chaos} and lets it loose on a {@link Workload}. {@code -Doperatorlib.chaos.seeds=500} plays
 * so many seeds instead of those declared.
 */
@Documented
@Test
@ExtendWith(ChaosExtension.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ChaosTest {
    /** How many seeds. */
    int seeds() default 20;

    /** Faults in each. */
    int faults() default 8;

    /** Edits by the user in each. */
    int edits() default 3;

    /** Simulated minutes over which they are spread. */
    int minutes() default 30;
}
