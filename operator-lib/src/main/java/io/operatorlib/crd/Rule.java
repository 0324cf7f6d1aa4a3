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
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.RECORD_COMPONENT, ElementType.TYPE_USE})
public @interface Rule {
    /** The expression; {@code self} is the value, {@code oldSelf} what it is to replace. */
    String value();

    /** What the user is told where the expression does not hold. */
    String message() default "";

    /** An expression that makes the message. */
    String messageExpression() default "";

    /** The field that is blamed, as a path below the value, for example {@code .size}. */
    String fieldPath() default "";

    /** The kind of refusal: {@code FieldValueInvalid} where it is empty, {@code FieldValueForbidden} for example. */
    String reason() default "";

    /** Whether a rule with {@code oldSelf} holds for new objects too; there {@code oldSelf} is an optional value. */
    boolean optionalOldSelf() default false;

    /** A type or field may have several rules. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.RECORD_COMPONENT, ElementType.TYPE_USE})
    @interface All {
        Rule[] value();
    }
}
