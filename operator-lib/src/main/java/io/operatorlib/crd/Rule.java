package io.operatorlib.crd;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A rule in the Common Expression Language that the API holds a value against ({@code x-kubernetes-validations}). */
@Documented
@Repeatable(Rule.All.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.RECORD_COMPONENT})
public @interface Rule {
    /** The expression; {@code self} is the value, {@code oldSelf} what it is to replace. */
    String value();

    /** What the user is told where the expression does not hold. */
    String message() default "";

    /** An expression that makes the message. */
    String messageExpression() default "";

    /** The field that is blamed, as a path below the value, for example {@code .size}. */
    String fieldPath() default "";

    /** A type or field may have several rules. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.RECORD_COMPONENT})
    @interface All {
        Rule[] value();
    }
}
