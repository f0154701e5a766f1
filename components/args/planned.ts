import * as pulumi from "@pulumi/pulumi";

/**
 * A plan, of which a part may come from other resources. Which objects there will be, and how many GPUs they take, is known
 * when the program runs; what such a part decides, as a namespace does, is known when the other resource is made.
 */
export class Planned<Plan> {
  /**
   * @param shape the plan, with stand-ins for what is not known yet.
   * @param real the plan, when all is known. @default the shape: nothing stands for anything else in it.
   */
  constructor(
    readonly shape: Plan,
    readonly real?: pulumi.Output<Plan>,
  ) {}

  /** A part of it. */
  part<Part>(select: (plan: Plan) => Part): Planned<Part> {
    return new Planned(select(this.shape), this.real?.apply(select) as pulumi.Output<Part> | undefined);
  }

  /** Each item of a list in it. */
  each<Item>(select: (plan: Plan) => readonly Item[]): Planned<Item>[] {
    return select(this.shape).map((_, i) => this.part((plan) => select(plan)[i] as Item));
  }

  /** It itself, for what takes inputs. */
  get input(): pulumi.Input<Plan> {
    return this.real ?? this.shape;
  }

  /** What comes of it and of an output of a resource that is made from it. */
  after<Made, Result>(
    output: pulumi.Output<Made>,
    use: (plan: Plan, made: pulumi.Unwrap<Made>) => pulumi.Input<Result>,
  ): pulumi.Output<Result> {
    const { shape, real } = this;
    const result =
      real === undefined
        ? pulumi.output(output).apply((made) => use(shape, made))
        : pulumi.all([real, output]).apply(([plan, made]) => use(plan as Plan, made));
    return result as pulumi.Output<Result>;
  }

  /** Its fields, for a resource that is made from them. */
  get inputs(): { [Field in keyof Plan]: pulumi.Input<Plan[Field]> } {
    if (this.real === undefined) return this.shape;
    const fields = Object.entries(this.shape as object).map(([field, value]) => [
      field,
      shapeFields.includes(field) ? value : this.part((plan) => plan[field as keyof Plan]).input,
    ]);
    return Object.fromEntries(fields);
  }
}

/** Fields by which Pulumi knows which resource there will be. */
const shapeFields = ["apiVersion", "kind"];

/** The part of a plan that is there only in some: undefined where the shape has none. */
export function optional<Plan>(planned: Planned<Plan | undefined>): Planned<NonNullable<Plan>> | undefined {
  return planned.shape === undefined ? undefined : (planned as Planned<NonNullable<Plan>>);
}
