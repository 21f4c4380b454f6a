// SPDX-License-Identifier: Apache-2.0
import { plain_number, printable, read_code } from '@/lib/code';
import { check_digit_fits, container_parts } from '@/lib/container';

describe('what a code says', () => {
  it('knows a container and whether its last digit fits', () => {
    expect(read_code('mscu 663987-0')).toEqual({ what: 'unit', text: 'MSCU6639870', fits: true });
    expect(read_code('CSQU3054384')).toEqual({ what: 'unit', text: 'CSQU3054384', fits: false });
  });
  it.each(['CSQU3054383', 'TGHU7599330', 'MSKU9070323'])('finds the digit of %s right', (text) => expect(check_digit_fits(text)).toBe(true));
  it('knows the words of the card', () => {
    expect(read_code('SK:YES')).toEqual({ what: 'command', command: 'YES' });
    expect(read_code('sk:3\r\n')).toEqual({ what: 'command', command: '3' });
  });
  it.each(['https://evil.example/NZ300006', 'javascript:alert(1)', 'data:text/html,x', 'www.example.nz'])('never takes the link %s for a number', (text) => expect(read_code(text).what).toBe('link'));
  it('names the number that a web address ends in, and never one of another kind of link', () => {
    expect(read_code('https://seals.example/s/NZ300006/')).toMatchObject({ what: 'link', inside: 'NZ300006' });
    expect(read_code('https://seals.example/?n=NZ300006')).toMatchObject({ what: 'link', inside: 'NZ300006' });
    expect(read_code('https://seals.example/login')).toMatchObject({ what: 'link', inside: '' });
    expect(read_code('data:text/html,1/NZ300006')).toMatchObject({ what: 'link', inside: '' });
  });
  it('takes the AIM prefix and the application identifier off', () => {
    expect(read_code(']C1NZ300006')).toEqual({ what: 'code', text: 'NZ300006' });
    expect(read_code(']C121NZ300006')).toEqual({ what: 'code', text: 'NZ300006' });
    expect(read_code(']d20109412345678901' + '21NZ300006\u001d10B7')).toEqual({ what: 'code', text: 'NZ300006' });
    expect(read_code('(01)09412345678901(21)NZ300006')).toEqual({ what: 'code', text: 'NZ300006' });
  });
  it('does not take the bar code of a product for a seal', () => expect(read_code(']E09421023610112')).toEqual({ what: 'goods', shown: '9421023610112' }));
  it('does not take 21 off a plain number', () => expect(read_code('21300006')).toEqual({ what: 'code', text: '21300006' }));
  it.each(['', '   ', '\r\n'])('has nothing to say of %j', (text) => expect(read_code(text)).toEqual({ what: 'empty' }));
  it.each(['NZ\u0000300006', 'NZ\u202e600003', 'Сеал123', 'x'.repeat(65), '<script>alert(1)</script>'])('shows %j and does nothing with it', (text) => expect(read_code(text).what).toBe('strange'));
  it('says which of them lost something on the way', () => {
    expect(read_code('NZ3\u000100006')).toMatchObject({ what: 'strange', garbled: true });
    expect(read_code('Сеал123')).toMatchObject({ what: 'strange', garbled: false });
  });
  it('shows control characters and characters that turn the text, and cuts long ones', () => {
    expect(printable('a\u0007b\u202ec')).toBe('a\u2407b\u2423c');
    expect([...printable('y'.repeat(500))].length).toBe(61);
  });
  it('leaves out what people put between groups', () => expect(plain_number(' nz 300-006 ')).toBe('NZ300006'));
  it('parts a container number as its door shows it', () => {
    expect(container_parts('MSCU6639870')).toEqual({ owner: 'MSCU', serial: '663987', check: '0' });
    expect(container_parts('NZ300006')).toBeUndefined();
  });
});
