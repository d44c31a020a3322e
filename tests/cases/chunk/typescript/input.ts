import type { Request, Response } from 'express';
import { Injectable, Logger } from './framework';
import legacy = require('./legacy');

export type { Request };
export * as errors from './errors';

/** What a handler may return. */
export type Reply<T> = T | Promise<T> | { status: number; body?: T };
type Handler = (request: Request) => Reply<unknown>;

export const enum Method {
  Get = 'GET',
  Post = 'POST',
}

enum Color { Red, Green = 5 }

/**
 * A store of users.
 */
export interface UserStore<T extends User = User> extends Closable {
  readonly name: string;
  limit?: number;
  find(id: string): Promise<T | undefined>;
  new (name: string): UserStore<T>;
  [key: string]: unknown;
}

export interface User { id: string; email: string }

declare global {
  interface Window { users: UserStore }
}

declare module 'legacy' {
  export function open(path: string): void;
  const version: string;
}

namespace Internal.Deep {
  export const secret = Symbol('secret');
  export function reveal(): symbol {
    return secret;
  }
}

declare function report(error: unknown): void;

export abstract class Base {
  protected abstract readonly kind: string;
  abstract describe(): string;
}

@Injectable({ scope: 'request' })
export class UserController extends Base implements Closable {
  private static count = 0;
  protected readonly kind = 'user';
  private readonly handlers: Map<string, Handler> = new Map();
  readonly onClose = (reason: string): void => {
    this.log.info(reason);
  };

  constructor(
    private readonly store: UserStore,
    @Inject(Logger) private readonly log: Logger,
  ) {
    super();
    UserController.count += 1;
  }

  get size(): number {
    return this.handlers.size;
  }

  describe(): string;
  describe(verbose: boolean): string;
  describe(verbose?: boolean): string {
    return verbose ? `${this.kind} × ${UserController.count}` : this.kind;
  }

  /** One user by id. */
  @Get('/users/:id')
  @Cache(60)
  async show(request: Request, response: Response): Promise<void> {
    const user = await this.store.find(request.params.id);
    if (user === undefined) {
      response.status(404).send({ error: 'no such user' });
      return;
    }
    response.send(user);
  }

  @Post('/users')
  async create<T extends User>(request: Request<T>): Promise<Reply<T>> {
    const { email } = request.body;
    if (!/^[^@]+@[^@]+$/.test(email)) {
      return { status: 422 };
    }
    return { status: 201, body: { ...request.body } };
  }
}

export function isUser(value: unknown): value is User {
  return typeof value === 'object' && value !== null && 'id' in value;
}

export const connect = async <T>(url: string): Promise<UserStore> => {
  const { Store } = await import('./store');
  return new Store(url);
};

export default connect;
