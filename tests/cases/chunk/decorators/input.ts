import { Component, Input } from './framework';

// The decorator of a class that is exported comes before it, with definitions of its own.
@Component({
  selector: 'app-price',
  template(price: number) {
    return `<b>${price}</b>`;
  },
})
export class Price {
  @Input() amount = 0;

  @Memo({
    key: (self: Price) => self.amount,
  })
  text(): string {
    return this.amount.toFixed(2);
  }
}

@Component({ selector: 'app-cart' })
class Cart {
  total(): number {
    return 0;
  }
}
